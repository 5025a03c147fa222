"""Policies of resources that stand apart from what they guard may turn what a role's policies decide."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import get, prove, said
from tests.unit.prove.support import Document, allow, call, deny, document
from tests.unit.prove.test_adversary import EVERYBODY, READ, READS, TESTED, app

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:audit:*"
WRITES = call("logs", "PutLogEvents", logGroupName="audit", logStreamName="a", logEvents=[])
TRACES = call("xray", "PutTraceSegments", TraceSegmentDocuments=["{}"])
SAVES = call("backup", "ListRecoveryPointsByBackupVault", BackupVaultName="v")
PULLS = call("ecr", "GetAuthorizationToken")
OTHER = call("s3", "GetObject", Bucket="elsewhere", Key="a")
SERVICE: Document = {"Principal": {"Service": "delivery.logs.amazonaws.com"}}


def policy(kind: str, name: str, *statements: Document, **more: object) -> Document:
    return {"Type": f"AWS::{kind}", "Properties": {name: document(*statements), **more}}


CASES: dict[str, tuple[str, Document, Document]] = {
    "of log groups": (
        "logs:PutLogEvents", WRITES,
        policy("Logs::ResourcePolicy", "PolicyDocument", deny("logs:PutLogEvents", GROUP, **EVERYBODY), PolicyName="p"),
    ),
    "of traces": (
        "xray:PutTraceSegments", TRACES,
        policy("XRay::ResourcePolicy", "PolicyDocument", deny("xray:*", "*", **EVERYBODY), PolicyName="p"),
    ),
    "of a vault": (
        "backup:ListRecoveryPointsByBackupVault", SAVES,
        policy("Backup::BackupVault", "AccessPolicy", deny("backup:*", "*", **EVERYBODY), BackupVaultName="v"),
    ),
    "of a registry": (
        "ecr:GetAuthorizationToken", PULLS, policy("ECR::RegistryPolicy", "PolicyText", deny("ecr:*", "*", **EVERYBODY)),
    ),
    "of a bucket that no template has": (
        "s3:GetObject", OTHER,
        policy("S3::BucketPolicy", "PolicyDocument", deny("s3:*", "arn:aws:s3:::elsewhere/*", **EVERYBODY), Bucket="elsewhere"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_denial_by_a_policy_that_stands_apart_is_not_judged(tmp_path: Path, name: str) -> None:
    action, made, apart = CASES[name]
    template = app(allow(action, "*"))
    assert said(prove(tmp_path, template, made, variables=TESTED)) == ("proven", set(), set())
    proof = prove(tmp_path, {**template, "Apart": apart}, made, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())
    assert "what Apart: statement 1 says is not weighed" in {row.reason for row in proof.report.not_judged}


def test_what_such_a_policy_allows_may_be_all_that_is_needed(tmp_path: Path) -> None:
    apart = policy(
        "XRay::ResourcePolicy", "PolicyDocument", allow("xray:*", "*", **EVERYBODY), PolicyName="p"
    )
    assert said(prove(tmp_path, app(), TRACES, variables=TESTED))[1] == {"xray:PutTraceSegments"}
    assert said(prove(tmp_path, app(Apart=apart), TRACES, variables=TESTED)) == ("not judged", set(), set())


@pytest.mark.parametrize("statement", [
    deny("logs:PutLogEvents", GROUP.replace("audit", "other"), **EVERYBODY),
    allow("logs:PutLogEvents", GROUP, **SERVICE),
    deny("logs:PutLogEvents", GROUP, **SERVICE),
], ids=["another group", "a service is allowed", "a service is denied"])  # fmt: skip
def test_what_speaks_of_something_else_changes_nothing(tmp_path: Path, statement: Document) -> None:
    apart = policy("Logs::ResourcePolicy", "PolicyDocument", statement, PolicyName="p")
    template = app(allow("logs:PutLogEvents", GROUP), Apart=apart)
    assert said(prove(tmp_path, template, WRITES, variables=TESTED)) == ("proven", set(), set())


CONSUMER = {"Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"StreamEncryption": {"KeyId": get("Key")}}},
            "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
            "Consumer": {"Type": "AWS::Kinesis::StreamConsumer", "Properties": {"ConsumerName": "c", "StreamARN": get("Stream")}}}  # fmt: skip
READS_STREAM = ["DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"]


def consumes(*grants: Document) -> dict[str, Document]:
    mapping = {"EventSourceArn": {"Ref": "Consumer"}, "FunctionName": {"Ref": "Worker"}}
    polls = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping}
    return app(READS, *grants, Polls=polls, **CONSUMER)


def test_a_consumer_of_a_stream_is_subscribed_and_its_stream_described(tmp_path: Path) -> None:
    stream = allow([f"kinesis:{each}" for each in READS_STREAM], get("Stream"))
    key = allow("kms:Decrypt", get("Key"))
    subscribes = allow(["kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"], {"Ref": "Consumer"})
    whole = prove(tmp_path, consumes(stream, key, subscribes), READ, variables=TESTED)
    assert said(whole) == ("proven", set(), set())
    on_stream = allow("kinesis:SubscribeToShard", get("Stream"))
    wrong = prove(tmp_path, consumes(stream, key, on_stream), READ, variables=TESTED)
    assert said(wrong) == ("not proven", {"kinesis:SubscribeToShard"}, {"kinesis:SubscribeToShard"})
    on_consumer = allow(
        [f"kinesis:{each}" for each in (*READS_STREAM, "SubscribeToShard")], get("Consumer", "ConsumerARN")
    )
    without = prove(tmp_path, consumes(key, on_consumer), READ, variables=TESTED)
    assert said(without)[1] == {f"kinesis:{each}" for each in READS_STREAM}
    assert said(prove(tmp_path, consumes(stream, subscribes), READ, variables=TESTED))[1] == {"kms:Decrypt"}
