"""Condition keys that calls bring along, and the keys of KMS behind what they touch."""

from typing import Any

import pytest

from tests.unit.prove.test_calls import ACCOUNT, BUCKET, ESTATE, HERE, KMS_KEY, QUEUE, QUEUE_URL, TABLE, arn
from wellmade.prove.calls import AccountContext, Call, Need, requests
from wellmade.prove.calls.call import UNTOLD
from wellmade.prove.policy import Request


def asked(
    service: str, operation: str, estate: AccountContext = ESTATE, /, **parameters: Any
) -> list[Request]:
    return requests(Call(service, operation, parameters), estate)


def context(
    service: str, operation: str, estate: AccountContext = ESTATE, /, **parameters: Any
) -> dict[str, Any]:
    """Return what the first request brings along besides what every request does."""
    always = {*asked("s3", "ListBuckets")[0].context, "s3:ResourceAccount"}
    first = asked(service, operation, estate, **parameters)[0]
    return {key: value for key, value in first.context.items() if key not in always}


def test_every_call_is_by_tls_and_tells_its_region() -> None:
    [request] = requests(Call("sqs", "SendMessage", {"QueueUrl": QUEUE_URL}, "eu-west-1"), ESTATE)
    assert request.context == {
        "aws:SecureTransport": True,
        "aws:ViaAWSService": False,
        "aws:RequestedRegion": "eu-west-1",
        "aws:ResourceAccount": ACCOUNT,
    }


CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "a/"}, {"s3:prefix": "a/", "s3:max-keys": 1000}),
    ("s3", "ListObjectsV2", {"Bucket": "b", "MaxKeys": 5}, {"s3:max-keys": 5}),
    ("s3", "HeadBucket", {"Bucket": "b"}, {}),
    ("s3", "GetObject", HERE | {"VersionId": "v"}, {"s3:versionid": "v"}),
    (
        "s3",
        "PutObject",
        HERE | {"Tagging": "team=red&cost", "StorageClass": "STANDARD", "IfNoneMatch": "*"},
        {
            "s3:if-none-match": "*",
            "s3:x-amz-storage-class": "STANDARD",
            "s3:RequestObjectTag/team": "red",
            "s3:RequestObjectTag/cost": "",
            "s3:RequestObjectTagKeys": ["team", "cost"],
        },
    ),
    ("s3", "CopyObject", HERE | {"CopySource": "o/x"}, {"s3:x-amz-copy-source": "o/x"}),
    (
        "dynamodb",
        "GetItem",
        {
            "TableName": "rows",
            "Key": {"pk": {"S": "a"}},
            "ProjectionExpression": "#n, total.net",
            "ExpressionAttributeNames": {"#n": "name"},
        },
        {
            "dynamodb:LeadingKeys": ["a"],
            "dynamodb:Attributes": ["name", "pk", "total"],
            "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
        },
    ),
    (
        "dynamodb",
        "UpdateItem",
        {
            "TableName": "rows",
            "Key": {"pk": "a", "sk": "b"},
            "UpdateExpression": "SET #n = if_not_exists(total, :zero) + :one REMOVE old",
            "ExpressionAttributeNames": {"#n": "count"},
            "ReturnValues": "NONE",
        },
        {
            "dynamodb:Attributes": ["count", "old", "pk", "sk", "total"],
            "dynamodb:LeadingKeys": [UNTOLD],  # which of the two it is, the table alone tells
            "dynamodb:ReturnValues": "NONE",
        },
    ),
    (
        "dynamodb",
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "rows", "Key": {}}}]},
        {"dynamodb:EnclosingOperation": "TransactGetItems", "dynamodb:Select": "ALL_ATTRIBUTES"},
    ),
    (
        "dynamodb",
        "ExecuteStatement",
        {"Statement": 'SELECT * FROM "rows"'},
        {
            "dynamodb:FullTableScan": True,
            **{key: [UNTOLD] for key in ("dynamodb:Attributes", "dynamodb:LeadingKeys", "dynamodb:Select")},
        },
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{"Source": "shop", "DetailType": "Ordered"}]},
        {"events:source": "shop", "events:detail-type": "Ordered"},
    ),
    (
        "sns",
        "Subscribe",
        {"TopicArn": arn("sns", "news"), "Protocol": "sqs", "Endpoint": QUEUE},
        {"sns:Protocol": "sqs", "sns:Endpoint": QUEUE},
    ),
    (
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": arn("states", "stateMachine:flow:live")},
        {"states:StateMachineQualifier": "live"},
    ),
    ("cloudwatch", "PutMetricData", {"Namespace": "App"}, {"cloudwatch:namespace": "App"}),
    ("ssm", "GetParametersByPath", {"Path": "/", "Recursive": True}, {"ssm:Recursive": True}),
    (
        "ecs",
        "RunTask",
        {"taskDefinition": "load:1", "cluster": "c"},
        {"ecs:cluster": arn("ecs", "cluster/c")},
    ),
    (
        "kms",
        "Encrypt",
        {"KeyId": "1234", "EncryptionContext": {"tenant": "7"}},
        {
            "kms:CallerAccount": ACCOUNT,
            "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "kms:EncryptionContext:tenant": "7",
            "kms:EncryptionContextKeys": ["tenant"],
        },
    ),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "db", "VersionStage": "AWSCURRENT"},
        {"secretsmanager:SecretId": "db", "secretsmanager:VersionStage": "AWSCURRENT"},
    ),
    ("sts", "AssumeRole", {"RoleArn": "r", "ExternalId": "x"}, {"sts:ExternalId": "x"}),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "q", "tags": {"team": "red"}},
        {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]},
    ),
    (
        "sns",
        "CreateTopic",
        {"Name": "t", "Tags": [{"Key": "team", "Value": "red"}]},
        {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]},
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "wanted"), CASES)
def test_parameters_become_condition_keys(
    service: str, operation: str, parameters: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert context(service, operation, **parameters) == wanted


def test_the_partition_key_can_be_told() -> None:
    estate = AccountContext(ACCOUNT, partition_keys={TABLE: "tenant"})
    by_key = context(
        "dynamodb", "PutItem", estate, TableName="rows", Item={"id": {"N": "1"}, "tenant": {"S": "t"}}
    )
    assert by_key["dynamodb:LeadingKeys"] == ["t"]
    by_query = context(
        "dynamodb",
        "Query",
        estate,
        TableName="rows",
        KeyConditionExpression="#t = :t AND id > :i",
        ExpressionAttributeNames={"#t": "tenant"},
        ExpressionAttributeValues={":t": {"S": "t"}, ":i": {"N": "1"}},
    )
    assert by_query["dynamodb:LeadingKeys"] == ["t"]


def test_a_role_is_passed_to_a_service() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/task"
    _, passed = asked(
        "ecs", "RunTask", taskDefinition="load:1", overrides={"taskRoleArn": role, "executionRoleArn": role}
    )
    assert (passed.action, passed.resource) == ("iam:PassRole", role)
    assert passed.context["iam:PassedToService"] == "ecs-tasks.amazonaws.com"


KEYS = AccountContext(
    ACCOUNT, keys={BUCKET: KMS_KEY, QUEUE: KMS_KEY, TABLE: KMS_KEY}, aliases={"alias/app": KMS_KEY}
)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "actions"),
    [
        ("s3", "GetObject", HERE, ["s3:GetObject", "kms:Decrypt"]),
        ("s3", "PutObject", HERE, ["s3:PutObject", "kms:GenerateDataKey"]),
        ("s3", "PutObject", {"Bucket": "other", "Key": "x"}, ["s3:PutObject"]),
        (
            "s3",
            "PutObject",
            {"Bucket": "other", "Key": "x", "SSEKMSKeyId": "alias/app"},
            ["s3:PutObject", "kms:GenerateDataKey"],
        ),
        ("s3", "UploadPart", HERE, ["s3:PutObject", "kms:GenerateDataKey", "kms:Decrypt"]),
        ("s3", "HeadBucket", {"Bucket": "inbox"}, ["s3:ListBucket"]),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": QUEUE_URL},
            ["sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"],
        ),
        ("sqs", "DeleteMessage", {"QueueUrl": QUEUE_URL}, ["sqs:DeleteMessage"]),
        ("dynamodb", "Query", {"TableName": "rows", "IndexName": "i"}, ["dynamodb:Query", "kms:Decrypt"]),
        ("kms", "Sign", {"KeyId": "alias/app"}, ["kms:Sign"]),
    ],
)
def test_the_customers_key_is_needed_too(
    service: str, operation: str, parameters: dict[str, Any], actions: list[str]
) -> None:
    found = asked(service, operation, KEYS, **parameters)
    assert [each.action for each in found] == actions
    assert {each.resource for each in found if each.action.startswith("kms:")} <= {KMS_KEY}
    via = {each.context.get("kms:ViaService") for each in found[1:]}
    assert via <= {f"{service}.us-east-1.amazonaws.com"}


def test_parameters_are_decrypted_only_if_the_call_says_so() -> None:
    estate = AccountContext(ACCOUNT, keys={arn("ssm", "parameter/a"): KMS_KEY})
    assert len(asked("ssm", "GetParameter", estate, Name="/a")) == 1
    assert asked("ssm", "GetParameter", estate, Name="/a", WithDecryption=True)[1].action == "kms:Decrypt"


def test_what_a_call_does_not_tell_can_be_told() -> None:
    group = arn("athena", "workgroup/primary")
    estate = AccountContext(
        ACCOUNT, told={"athena:GetQueryExecution": [Need("athena:GetQueryExecution", group)]}
    )
    [request] = asked("athena", "GetQueryExecution", estate, QueryExecutionId="1")
    assert (request.action, request.resource) == ("athena:GetQueryExecution", group)


def test_a_need_is_named_once() -> None:
    keys = [{"Key": "x"}, {"Key": "x"}]
    assert len(asked("s3", "DeleteObjects", Bucket="b", Delete={"Objects": keys})) == 1
