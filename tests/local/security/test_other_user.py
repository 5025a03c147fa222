"""Another user of the machine: reaches the port, knows every name and every key that is in a documentation."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.auth import HmacV1Auth
from botocore.awsrequest import AWSRequest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.local.security.conftest import Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def client(cloud: LocalCloud, service: str, key: str, secret: str, token: str | None = None) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


@pytest.mark.parametrize("key", ["test", "000000000000", "123456789012", "AKIAIOSFODNN7EXAMPLE"])
@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "list_buckets"),
        ("sqs", "list_queues"),
        ("lambda", "list_functions"),
        ("iam", "list_users"),
        ("sts", "get_caller_identity"),
        ("dynamodb", "list_tables"),
        ("cloudformation", "describe_stacks"),
        ("secretsmanager", "list_secrets"),
    ],
)
def test_known_keys_open_nothing(cloud: LocalCloud, key: str, service: str, operation: str) -> None:
    with pytest.raises(ClientError):
        getattr(client(cloud, service, key, "test"), operation)()


@pytest.mark.parametrize(
    "authorization", [None, "Bearer x", "Basic dGVzdDp0ZXN0", "AWS test:00", "AWS4-HMAC-SHA256 x"]
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/", ""),
        ("GET", "/ledger", ""),
        ("GET", "/ledger/january.csv", ""),
        ("HEAD", "/ledger/january.csv", ""),
        ("PUT", "/ledger/mine", "x"),
        ("PUT", "/mine", ""),
        ("DELETE", "/ledger/january.csv", ""),
        ("POST", "/", "Action=ListQueues"),
        ("POST", "/", "Action=NoSuchAction&Version=2012-11-05"),
        ("GET", "/2015-03-31/functions", ""),
        ("GET", "/2015-03-31/no-such-operation", ""),
        ("POST", "/Execute", "{}"),
        ("GET", "/v2/_catalog", ""),
        ("GET", "/iceberg/v1/config", ""),
        ("GET", "/v2/apis", ""),
        ("GET", "/restapis", ""),
        ("GET", "/_ministack/lambda-code/handler", ""),
        ("GET", "/_ministack/lambda-layers/handler/1/content", ""),
        ("GET", "/_aws/sqs/messages?QueueUrl=http://localhost/000000000000/orders", ""),
        ("GET", "/_aws/ses/messages", ""),
        ("GET", "/_ministack/ses/messages", ""),
        ("GET", "/_aws/sns/sms-messages", ""),
        ("GET", "/_localstack/health", ""),
        ("POST", "/_ministack/eks-auth/x", "{}"),
        ("POST", "/_ministack/rds/iam-auth", "{}"),
        ("POST", "/_ministack/config", "{}"),
    ],
)
def test_nothing_is_served_without_a_signature(
    send: Send, method: str, path: str, body: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = send(method, path, body, **headers)

    assert 400 <= answer.status < 500  # refused, and no failure of ours
    assert "a secret" not in answer.body


@pytest.mark.parametrize(
    "target",
    ["AmazonSQS.ListQueues", "DynamoDB_20120810.ListTables", "AWSStepFunctions.ListStateMachines", "No.Such"],
)
def test_json_protocols_neither(send: Send, target: str) -> None:
    kind = "application/x-amz-json-1.0"

    for body in ("{}", "[" * 100_000):
        answer = send("POST", "/", body, X_Amz_Target=target, Content_Type=kind)
        assert 400 <= answer.status < 500


def test_a_presigned_address_needs_the_secret(send: Send, cloud: LocalCloud) -> None:
    forger = client(cloud, "s3", "test", "test")
    forged = forger.generate_presigned_url("get_object", Params={"Bucket": "ledger", "Key": "january.csv"})
    real = cloud.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "ledger", "Key": "january.csv"}
    )
    path = len(cloud.endpoint)

    assert not send("GET", forged[path:]).served
    assert send("GET", real[path:]).body == "a secret"
    assert not send("GET", real[path:].replace("january", "february")).served
    assert not send("DELETE", real[path:]).served


def test_an_old_signature_neither(send: Send, cloud: LocalCloud) -> None:
    request = AWSRequest("GET", f"{cloud.endpoint}/ledger/january.csv")
    HmacV1Auth(Credentials("test", "test")).add_auth(request)

    assert not send("GET", "/ledger/january.csv", **dict(request.headers.items())).served


def test_the_keys_of_a_function_cannot_be_computed(
    cloud: LocalCloud, run_handler: Callable[..., Any]
) -> None:
    run_handler("known", "def handler(event, context): return 1")
    function = cloud.client("lambda").get_function_configuration(FunctionName="known")
    digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
    secret, token = (hashlib.sha256(f"{kind}:{digest}".encode()).hexdigest() for kind in ("secret", "token"))

    with pytest.raises(ClientError):
        client(cloud, "sts", f"ASIA{digest[:16].upper()}", secret, token).get_caller_identity()


def test_state_and_logs_are_the_owner_s_alone(cloud: LocalCloud) -> None:
    for path in [cloud.state_dir / "local", *cloud.state_dir.glob("local.*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_no_command_line_shows_the_secret(cloud: LocalCloud, run_handler: Callable[..., Any]) -> None:
    run_handler("shown", "def handler(event, context): return 1")
    secret = cloud.client("s3")._request_signer._credentials.secret_key
    processes = [psutil.Process(cloud.pid), *psutil.Process(cloud.pid).children(recursive=True)]

    assert secret != "test"
    assert not [each for each in processes if secret in " ".join(each.cmdline())]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_reads_nothing(cloud: LocalCloud) -> None:
    for path in [*cloud.state_dir.glob("local.*"), Path(f"/proc/{cloud.pid}/environ")]:
        tried = subprocess.run(["cat", path], user=65534, capture_output=True, check=False, cwd="/")
        assert tried.returncode != 0
