"""What services and extensions of AWS call with a function's role: needed, and no grant that is never used.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import get, prove, said, sub
from tests.unit.prove.support import Document, allow
from tests.unit.prove.test_adversary import READ, READS, TESTED, app

INSIGHTS = sub("arn:aws:lambda:${AWS::Region}:580247275435:layer:LambdaInsightsExtension:14")
POLICY = "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"
ROWS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
POLLS = allow(ROWS, get("Rows", "StreamArn"))
KEPT = sub("${Kept.Arn}/*")


def keeping(*statements: Document) -> dict[str, Any]:
    """Return an app whose function reads a stream, and keeps what fails in a bucket with a key."""
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": get("Key")}
    rules = {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": encryption}]}
    root = {"Principal": {"AWS": sub("arn:aws:iam::${AWS::AccountId}:root")}}
    source = {
        "FunctionName": {"Ref": "Worker"},
        "EventSourceArn": get("Rows", "StreamArn"),
        "DestinationConfig": {"OnFailure": {"Destination": get("Kept")}},
    }
    more: dict[str, Any] = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [allow("kms:*", "*", **root)]}}},
        "Kept": {"Type": "AWS::S3::Bucket", "Properties": {"BucketEncryption": rules}},
        "Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source},
    }  # fmt: skip
    return app(READS, POLLS, *statements, **more)


LISTS, WRITES = allow("s3:ListBucket", get("Kept")), allow("s3:PutObject", KEPT)
ENCRYPTS = allow("kms:GenerateDataKey", get("Key"))


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        (keeping(WRITES, LISTS, ENCRYPTS), set()),
        (keeping(WRITES, ENCRYPTS), {"s3:ListBucket"}),
        (keeping(WRITES, LISTS), {"kms:GenerateDataKey"}),
    ],
    ids=["all that AWS asks for", "without the list", "without the key"],
)
def test_a_bucket_for_what_failed_is_listed_and_its_key_used(
    tmp_path: Path, resources: dict[str, Any], wanted: set[str]
) -> None:
    found = said(prove(tmp_path, resources, READ, variables=TESTED))
    assert found[1:] == (wanted, set())


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"ManagedPolicyArns": [POLICY]}, set()), ({}, {"logs:CreateLogStream", "logs:PutLogEvents"})],
    ids=["its policy", "nothing"],
)
def test_lambda_insights_writes_a_log_of_its_own(
    tmp_path: Path, given: dict[str, Any], wanted: set[str]
) -> None:
    resources = app(READS, function_={"Layers": [INSIGHTS]}, role_properties=given)
    # The role of these tests may write every log.
    [own] = resources["Role"]["Properties"]["Policies"]
    own["PolicyDocument"]["Statement"][0]["Resource"] = "arn:aws:logs:*:*:log-group:/aws/lambda/*"
    assert said(prove(tmp_path, resources, READ, variables=TESTED))[1:] == (wanted, set())


MOUNTS = "elasticfilesystem:ClientMount"


def through(point: Any) -> Document:
    return {"Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": point}}}


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        (allow(MOUNTS, "*", **through(get("Point"))), ("proven", set(), set())),
        (allow(MOUNTS, "*", **through(get("Other"))), ("not proven", {MOUNTS}, {MOUNTS})),
    ],
    ids=["as the CDK grants it", "through another point"],
)
def test_a_file_system_is_mounted_through_the_point_that_the_function_names(
    tmp_path: Path, granted: Document, wanted: tuple[str, set[str], set[str]]
) -> None:
    mounted = {"FileSystemConfigs": [{"Arn": get("Point"), "LocalMountPath": "/mnt/a"}]}
    point = {"Type": "AWS::EFS::AccessPoint", "Properties": {"FileSystemId": {"Ref": "Files2"}}}
    more: dict[str, Any] = {"Files2": {"Type": "AWS::EFS::FileSystem"}, "Point": point, "Other": point}
    resources = app(READS, granted, function_=mounted, **more)
    assert said(prove(tmp_path, resources, READ, variables=TESTED)) == wanted
