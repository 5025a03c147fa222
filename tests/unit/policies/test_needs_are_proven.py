"""`wellmade prove` on a function with needs, within their boundary: nothing denied, nothing unused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from tests.unit.prove.support import call, record
from wellmade.cli import main
from wellmade.foundation import PythonFunction
from wellmade.policies import (
    PermissionBoundary,
    decrypt,
    publish,
    put_events,
    read_prefix,
    read_secret,
    read_table,
    send_messages,
    write_prefix,
    write_table,
)

ACCOUNT, REGION = "111122223333", "us-east-1"
OURS = f"{REGION}:{ACCOUNT}"
VARIABLES = {
    "BUCKET": "shop-files",
    "TABLE": "carts",
    "TOPIC": f"arn:aws:sns:{OURS}:news",
    "QUEUE": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders",
    "SECRET": f"arn:aws:secretsmanager:{OURS}:secret:signing-AbCdEf",
    "BUS": "shop",
}
EVENT = {"Source": "shop.orders", "DetailType": "OrderPlaced.v2", "Detail": "{}", "EventBusName": "shop"}
CALLS = [
    call("s3", "GetObject", Bucket="shop-files", Key="incoming/a.csv"),
    call("s3", "ListObjectsV2", Bucket="shop-files", Prefix="incoming/"),
    call("s3", "PutObject", Bucket="shop-files", Key="results/a.csv"),
    call("s3", "AbortMultipartUpload", Bucket="shop-files", Key="results/a.csv", UploadId="1"),
    call("dynamodb", "GetItem", TableName="carts", Key={"pk": {"S": "tenant-17"}}),
    call("dynamodb", "PutItem", TableName="carts", Item={"pk": {"S": "tenant-17"}}),
    call("sns", "Publish", TopicArn=VARIABLES["TOPIC"], Message="m"),
    call("sqs", "SendMessage", QueueUrl=VARIABLES["QUEUE"], MessageBody="m"),
    call("secretsmanager", "GetSecretValue", SecretId=VARIABLES["SECRET"], VersionStage="AWSCURRENT"),
    call("events", "PutEvents", Entries=[EVENT]),
]
WRONG = [
    (call("s3", "GetObject", Bucket="shop-files", Key="results/a.csv"), "s3:GetObject"),
    (call("s3", "ListObjectsV2", Bucket="shop-files", Prefix="results/"), "s3:ListBucket"),
    (
        call("secretsmanager", "GetSecretValue", SecretId=VARIABLES["SECRET"], VersionStage="AWSPREVIOUS"),
        "secretsmanager:GetSecretValue",
    ),
]


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function with needs of what others own, within a boundary of the same needs."""
    folder = tmp_path_factory.mktemp("app")
    code = folder / "mine"
    code.mkdir()
    (code / "handler.py").write_text("def handler(event, context): ...\n")
    app = cdk.App(analytics_reporting=False, outdir=str(folder / "cdk.out"))
    stack = cdk.Stack(app, "S", env=cdk.Environment(account=ACCOUNT, region=REGION))
    function = PythonFunction(stack, "Handler", code=code, environment=VARIABLES)
    files = s3.Bucket.from_bucket_name(stack, "B", "shop-files")
    table = dynamodb.Table.from_table_name(stack, "T", "carts")
    key = kms.Key.from_key_arn(stack, "K", f"arn:aws:kms:{OURS}:key/1")
    secret = secretsmanager.Secret.from_secret_complete_arn(stack, "Z", VARIABLES["SECRET"])
    needs = [
        read_prefix(files, "incoming/"),
        write_prefix(files, "results/"),
        read_table(table, actions=["dynamodb:GetItem"], partition_keys=["tenant-17"]),
        write_table(table, actions=["dynamodb:PutItem"]),
        publish(sns.Topic.from_topic_arn(stack, "N", VARIABLES["TOPIC"])),
        send_messages(sqs.Queue.from_queue_arn(stack, "Q", f"arn:aws:sqs:{OURS}:orders")),
        read_secret(secret),
        put_events(events.EventBus.from_event_bus_name(stack, "E", "shop"), sources=["shop.orders"]),
        decrypt(key, via=["s3"]),
    ]
    for need in needs:
        need.grant(function)
    PermissionBoundary(stack, "Limit", needs=needs).limit(function)
    app.synth()
    return folder


@pytest.fixture
def prove(
    assembly: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Prove the function by calls as its tests would make them."""
    monkeypatch.chdir(assembly)

    def run(*calls: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        recording = record(assembly, *calls, variables=VARIABLES)
        code = main(["prove", "cdk.out", "--calls", str(recording), "--format", "json"])
        [report] = json.loads(capsys.readouterr().out)["functions"]
        return code, report

    return run


def test_nothing_is_denied_and_nothing_unused(prove: Callable[..., Any]) -> None:
    code, report = prove(*CALLS)
    assert (code, report["proven"], report["denied"], report["unused"]) == (0, True, [], [])
    assert report["calls"] == len(CALLS)


def test_a_source_of_events_that_only_a_test_has_is_not_judged(prove: Callable[..., Any]) -> None:
    """No line of the code names it, so that it may never be sent."""
    code, report = prove(*CALLS, call("events", "PutEvents", Entries=[{**EVENT, "Source": "shop.payments"}]))
    assert (code, report["denied"]) == (1, [])
    assert "only the tests call so" in str(report["not_judged"])


@pytest.mark.parametrize(("wrong", "action"), WRONG)
def test_a_call_against_a_condition_is_denied(
    wrong: dict[str, Any], action: str, prove: Callable[..., Any]
) -> None:
    code, report = prove(*CALLS, wrong)
    assert code == 1
    assert [each["action"] for each in report["denied"]] == [action]
