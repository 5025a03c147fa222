"""Which actions on which resources a call needs, from the API's documentation, by hand."""

from typing import Any

import pytest

from wellmade.prove.calls import AccountContext, Call, UnmappedCallError, requests

ACCOUNT = "111122223333"
ESTATE = AccountContext(ACCOUNT)


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{name}"


def needs(service: str, operation: str, /, **parameters: Any) -> list[tuple[str, str]]:
    return [(each.action, each.resource) for each in requests(Call(service, operation, parameters), ESTATE)]


BUCKET, KEY = "arn:aws:s3:::inbox", "arn:aws:s3:::inbox/a/b.csv"
HERE: dict[str, Any] = {"Bucket": "inbox", "Key": "a/b.csv"}
THERE: dict[str, Any] = {"Bucket": "other", "Key": "x"}
SOURCE = "arn:aws:s3:::other/x"
POINT = arn("s3", "accesspoint/point")
TABLE = arn("dynamodb", "table/rows")
OTHER_TABLE = arn("dynamodb", "table/claims")
QUEUE = arn("sqs", "jobs")
QUEUE_URL = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/jobs"
TOPIC = arn("sns", "news")
FUNCTION = arn("lambda", "function:load")
MACHINE = arn("states", "stateMachine:flow")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/target"
STREAM = arn("kinesis", "stream/clicks")
SECRET = arn("secretsmanager", "secret:db-AbCdEf")
KMS_KEY = arn("kms", "key/1234")

S3: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("GetObject", HERE, [("s3:GetObject", KEY)]),
    ("GetObject", HERE | {"VersionId": "v"}, [("s3:GetObjectVersion", KEY)]),
    ("HeadObject", HERE, [("s3:GetObject", KEY)]),
    ("GetObjectAttributes", HERE, [("s3:GetObject", KEY), ("s3:GetObjectAttributes", KEY)]),
    ("GetObjectTagging", HERE | {"VersionId": "v"}, [("s3:GetObjectVersionTagging", KEY)]),
    ("GetObject", {"Bucket": POINT, "Key": "k"}, [("s3:GetObject", f"{POINT}/object/k")]),
    ("HeadBucket", {"Bucket": "inbox"}, [("s3:ListBucket", BUCKET)]),
    ("ListObjectsV2", {"Bucket": "inbox", "Prefix": "a/"}, [("s3:ListBucket", BUCKET)]),
    ("ListObjectVersions", {"Bucket": "inbox"}, [("s3:ListBucketVersions", BUCKET)]),
    ("ListBuckets", {}, [("s3:ListAllMyBuckets", "arn:aws:s3:::*")]),
    ("PutObject", HERE, [("s3:PutObject", KEY)]),
    ("PutObject", HERE | {"Tagging": "a=1"}, [("s3:PutObject", KEY), ("s3:PutObjectTagging", KEY)]),
    ("PutObject", HERE | {"ACL": "private"}, [("s3:PutObject", KEY), ("s3:PutObjectAcl", KEY)]),
    (
        "PutObject",
        HERE | {"ObjectLockMode": "GOVERNANCE", "ObjectLockLegalHoldStatus": "ON"},
        [("s3:PutObject", KEY), ("s3:PutObjectLegalHold", KEY), ("s3:PutObjectRetention", KEY)],
    ),
    ("CreateMultipartUpload", HERE, [("s3:PutObject", KEY)]),
    ("UploadPart", HERE | {"PartNumber": 1, "UploadId": "u"}, [("s3:PutObject", KEY)]),
    ("CompleteMultipartUpload", HERE | {"UploadId": "u"}, [("s3:PutObject", KEY)]),
    ("AbortMultipartUpload", HERE | {"UploadId": "u"}, [("s3:AbortMultipartUpload", KEY)]),
    ("ListParts", HERE | {"UploadId": "u"}, [("s3:ListMultipartUploadParts", KEY)]),
    ("UploadPartCopy", HERE | {"CopySource": THERE}, [("s3:PutObject", KEY), ("s3:GetObject", SOURCE)]),
    (
        "CopyObject",
        HERE | {"CopySource": THERE},
        [
            ("s3:PutObject", KEY),
            ("s3:GetObject", SOURCE),
            ("s3:GetObjectTagging", SOURCE),
            ("s3:PutObjectTagging", KEY),
        ],
    ),
    (
        "CopyObject",
        HERE | {"CopySource": THERE | {"VersionId": "v"}, "TaggingDirective": "REPLACE"},
        [("s3:PutObject", KEY), ("s3:GetObjectVersion", SOURCE)],
    ),
    (
        "CopyObject",
        HERE | {"CopySource": "/other/x%20y?versionId=v", "TaggingDirective": "REPLACE", "Tagging": "a=1"},
        [("s3:PutObject", KEY), ("s3:PutObjectTagging", KEY), ("s3:GetObjectVersion", f"{SOURCE} y")],
    ),
    ("DeleteObject", HERE, [("s3:DeleteObject", KEY)]),
    (
        "DeleteObject",
        HERE | {"VersionId": "v", "BypassGovernanceRetention": True},
        [("s3:DeleteObjectVersion", KEY), ("s3:BypassGovernanceRetention", KEY)],
    ),
    (
        "DeleteObjects",
        {"Bucket": "inbox", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "v"}]}},
        [("s3:DeleteObject", f"{BUCKET}/x"), ("s3:DeleteObjectVersion", f"{BUCKET}/y")],
    ),
    ("GetBucketEncryption", {"Bucket": "inbox"}, [("s3:GetEncryptionConfiguration", BUCKET)]),
    ("DeleteBucketCors", {"Bucket": "inbox"}, [("s3:PutBucketCORS", BUCKET)]),
    ("PutBucketNotificationConfiguration", {"Bucket": "inbox"}, [("s3:PutBucketNotification", BUCKET)]),
]
DYNAMODB: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("GetItem", {"TableName": "rows"}, [("dynamodb:GetItem", TABLE)]),
    ("PutItem", {"TableName": TABLE}, [("dynamodb:PutItem", TABLE)]),
    ("Query", {"TableName": "rows"}, [("dynamodb:Query", TABLE)]),
    ("Query", {"TableName": "rows", "IndexName": "by-day"}, [("dynamodb:Query", f"{TABLE}/index/by-day")]),
    (
        "BatchGetItem",
        {"RequestItems": {"rows": {"Keys": [{"pk": {"S": "1"}}]}, "claims": {"Keys": [{"pk": {"S": "1"}}]}}},
        [("dynamodb:BatchGetItem", TABLE), ("dynamodb:BatchGetItem", OTHER_TABLE)],
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"rows": [{"PutRequest": {"Item": {"pk": {"S": "1"}}}}]}},
        [("dynamodb:BatchWriteItem", TABLE)],
    ),
    (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "rows", "Item": {}}},
                {"Update": {"TableName": "rows", "Key": {}}},
                {"Delete": {"TableName": "rows", "Key": {}}},
                {"ConditionCheck": {"TableName": "claims", "Key": {}}},
            ]
        },
        [
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:ConditionCheckItem", OTHER_TABLE),
        ],
    ),
    (
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "rows", "Key": {}}}]},
        [("dynamodb:GetItem", TABLE)],
    ),
    (
        "ExecuteStatement",
        {"Statement": 'SELECT * FROM "rows"."by-day" WHERE pk = ?'},
        [("dynamodb:PartiQLSelect", f"{TABLE}/index/by-day")],
    ),
    (
        "BatchExecuteStatement",
        {"Statements": [{"Statement": "INSERT INTO rows VALUE {}"}, {"Statement": 'delete from "claims"'}]},
        [("dynamodb:PartiQLInsert", TABLE), ("dynamodb:PartiQLDelete", OTHER_TABLE)],
    ),
    (
        "ExecuteTransaction",
        {
            "TransactStatements": [
                {"Statement": "EXISTS(SELECT * FROM claims WHERE pk = 'x')"},
                {"Statement": 'UPDATE "rows" SET a = 1'},
            ]
        },
        [("dynamodb:PartiQLSelect", OTHER_TABLE), ("dynamodb:PartiQLUpdate", TABLE)],
    ),
    ("DescribeTable", {"TableName": "rows"}, [("dynamodb:DescribeTable", TABLE)]),
    ("ListTables", {}, [("dynamodb:ListTables", "*")]),
]
OTHERS: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("dynamodbstreams", "GetRecords", {"ShardIterator": f"{TABLE}/stream/x|1|y"}, [("dynamodb:GetRecords", f"{TABLE}/stream/x")]),
    ("dynamodbstreams", "DescribeStream", {"StreamArn": f"{TABLE}/stream/x"}, [("dynamodb:DescribeStream", f"{TABLE}/stream/x")]),
    ("sqs", "SendMessage", {"QueueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "DeleteMessageBatch", {"QueueUrl": "http://localhost:4566/444455556666/jobs"}, [("sqs:DeleteMessage", "arn:aws:sqs:us-east-1:444455556666:jobs")]),
    ("sqs", "ChangeMessageVisibilityBatch", {"QueueUrl": QUEUE_URL}, [("sqs:ChangeMessageVisibility", QUEUE)]),
    ("sqs", "GetQueueUrl", {"QueueName": "jobs"}, [("sqs:GetQueueUrl", QUEUE)]),
    ("sqs", "ListQueues", {}, [("sqs:ListQueues", "*")]),
    ("sns", "Publish", {"TopicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    ("sns", "PublishBatch", {"TopicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    ("sns", "Publish", {"PhoneNumber": "+1"}, [("sns:Publish", "*")]),
    ("sns", "ListSubscriptionsByTopic", {"TopicArn": TOPIC}, [("sns:ListSubscriptionsByTopic", TOPIC)]),
    ("lambda", "Invoke", {"FunctionName": "load"}, [("lambda:InvokeFunction", FUNCTION)]),
    ("lambda", "Invoke", {"FunctionName": FUNCTION, "Qualifier": "live"}, [("lambda:InvokeFunction", f"{FUNCTION}:live")]),
    ("lambda", "Invoke", {"FunctionName": "load:live"}, [("lambda:InvokeFunction", f"{FUNCTION}:live")]),
    ("lambda", "Invoke", {"FunctionName": "444455556666:function:load"}, [("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:444455556666:function:load")]),
    ("lambda", "Invoke", {"FunctionName": "us-east-1:444455556666:load:live"}, [("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:444455556666:function:load:live")]),
    ("lambda", "Invoke", {"FunctionName": "my-function:live"}, [("lambda:InvokeFunction", arn("lambda", "function:my-function:live"))]),
    ("lambda", "InvokeWithResponseStream", {"FunctionName": "load"}, [("lambda:InvokeFunction", FUNCTION)]),
    ("lambda", "GetFunctionConfiguration", {"FunctionName": "load"}, [("lambda:GetFunctionConfiguration", FUNCTION)]),
    ("lambda", "CreateFunction", {"FunctionName": "load", "Role": ROLE}, [("lambda:CreateFunction", FUNCTION), ("iam:PassRole", ROLE)]),
    ("stepfunctions", "StartExecution", {"stateMachineArn": f"{MACHINE}:live"}, [("states:StartExecution", MACHINE)]),
    ("stepfunctions", "SendTaskSuccess", {"taskToken": "t"}, [("states:SendTaskSuccess", arn("states", "stateMachine:*"))]),
    ("stepfunctions", "DescribeExecution", {"executionArn": arn("states", "execution:flow:1")}, [("states:DescribeExecution", arn("states", "execution:flow:1"))]),
    ("stepfunctions", "ListExecutions", {"stateMachineArn": MACHINE}, [("states:ListExecutions", MACHINE)]),
    ("events", "PutEvents", {"Entries": [{"EventBusName": "own"}, {}]}, [("events:PutEvents", arn("events", "event-bus/own")), ("events:PutEvents", arn("events", "event-bus/default"))]),
    ("events", "PutEvents", {"Entries": [{"EventBusName": arn("events", "event-bus/own")}]}, [("events:PutEvents", arn("events", "event-bus/own"))]),
    ("events", "PutRule", {"Name": "nightly"}, [("events:PutRule", arn("events", "rule/nightly"))]),
    ("events", "PutTargets", {"Rule": "nightly", "EventBusName": "own", "Targets": [{"RoleArn": ROLE}]}, [("events:PutTargets", arn("events", "rule/own/nightly")), ("iam:PassRole", ROLE)]),
    ("scheduler", "CreateSchedule", {"Name": "once", "Target": {"RoleArn": ROLE}}, [("scheduler:CreateSchedule", arn("scheduler", "schedule/default/once")), ("iam:PassRole", ROLE)]),
    ("scheduler", "DeleteSchedule", {"Name": "once", "GroupName": "own"}, [("scheduler:DeleteSchedule", arn("scheduler", "schedule/own/once"))]),
    ("kinesis", "PutRecord", {"StreamName": "clicks"}, [("kinesis:PutRecord", STREAM)]),
    ("kinesis", "PutRecords", {"StreamARN": STREAM}, [("kinesis:PutRecords", STREAM)]),
    ("kinesis", "GetRecords", {"ShardIterator": "s", "StreamARN": STREAM}, [("kinesis:GetRecords", STREAM)]),
    ("firehose", "PutRecordBatch", {"DeliveryStreamName": "clicks"}, [("firehose:PutRecordBatch", arn("firehose", "deliverystream/clicks"))]),
    ("secretsmanager", "GetSecretValue", {"SecretId": SECRET}, [("secretsmanager:GetSecretValue", SECRET)]),
    ("secretsmanager", "GetSecretValue", {"SecretId": "db"}, [("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:db-??????"))]),
    ("secretsmanager", "BatchGetSecretValue", {"SecretIdList": [SECRET]}, [("secretsmanager:BatchGetSecretValue", "*"), ("secretsmanager:GetSecretValue", SECRET)]),
    ("ssm", "GetParameter", {"Name": "/app/limit:3"}, [("ssm:GetParameter", arn("ssm", "parameter/app/limit"))]),
    ("ssm", "GetParameters", {"Names": ["one", "/two"]}, [("ssm:GetParameters", arn("ssm", "parameter/one")), ("ssm:GetParameters", arn("ssm", "parameter/two"))]),
    ("ssm", "GetParametersByPath", {"Path": "/app"}, [("ssm:GetParametersByPath", arn("ssm", "parameter/app"))]),
    ("kms", "Decrypt", {"KeyId": "1234"}, [("kms:Decrypt", KMS_KEY)]),
    ("kms", "GenerateDataKey", {"KeyId": KMS_KEY}, [("kms:GenerateDataKey", KMS_KEY)]),
    ("kms", "ReEncrypt", {"SourceKeyId": "1234", "DestinationKeyId": "5678"}, [("kms:ReEncryptFrom", KMS_KEY), ("kms:ReEncryptTo", arn("kms", "key/5678"))]),
    ("kms", "GenerateRandom", {}, [("kms:GenerateRandom", "*")]),
    ("sts", "AssumeRole", {"RoleArn": ROLE}, [("sts:AssumeRole", ROLE)]),
    ("sts", "AssumeRole", {"RoleArn": ROLE, "Tags": [{"Key": "a", "Value": "1"}]}, [("sts:AssumeRole", ROLE), ("sts:TagSession", ROLE)]),
    ("sts", "GetCallerIdentity", {}, []),
    ("cloudwatch", "PutMetricData", {"Namespace": "App"}, [("cloudwatch:PutMetricData", "*")]),
    ("cloudwatch", "DescribeAlarms", {}, [("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*"))]),
    ("cloudwatch", "DescribeAlarms", {"AlarmNames": ["a", "b"]}, [("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:a")), ("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:b"))]),
    ("logs", "PutLogEvents", {"logGroupName": "/app", "logStreamName": "s"}, [("logs:PutLogEvents", arn("logs", "log-group:/app:log-stream:s"))]),
    ("logs", "FilterLogEvents", {"logGroupIdentifier": arn("logs", "log-group:/app:*")}, [("logs:FilterLogEvents", arn("logs", "log-group:/app:log-stream:"))]),
    ("logs", "DescribeLogGroups", {}, [("logs:DescribeLogGroups", arn("logs", "log-group::log-stream:"))]),
    ("logs", "TagResource", {"resourceArn": arn("logs", "log-group:/app")}, [("logs:TagResource", arn("logs", "log-group:/app"))]),
    ("ecs", "RunTask", {"taskDefinition": "load", "cluster": "c", "overrides": {"taskRoleArn": ROLE, "executionRoleArn": ROLE}}, [("ecs:RunTask", arn("ecs", "task-definition/load:*")), ("iam:PassRole", ROLE)]),
    ("ecs", "StopTask", {"task": "t", "cluster": arn("ecs", "cluster/c")}, [("ecs:StopTask", arn("ecs", "task/c/t"))]),
    ("ecs", "UpdateService", {"service": "web"}, [("ecs:UpdateService", arn("ecs", "service/default/web"))]),
    ("ecs", "DescribeServices", {"services": ["a", "b"], "cluster": "c"}, [("ecs:DescribeServices", arn("ecs", "service/c/a")), ("ecs:DescribeServices", arn("ecs", "service/c/b"))]),
    ("iot-data", "publish".capitalize(), {"topic": "cars/1"}, [("iot:Publish", arn("iot", "topic/cars/1"))]),
    ("rds", "DescribeDBClusters", {"DBClusterIdentifier": "ledger"}, [("rds:DescribeDBClusters", arn("rds", "cluster:ledger"))]),
    ("rds", "DescribeDBClusters", {"DBClusterIdentifier": arn("rds", "cluster:ledger")}, [("rds:DescribeDBClusters", arn("rds", "cluster:ledger"))]),
    ("rds", "DescribeGlobalClusters", {"GlobalClusterIdentifier": "a"}, [("rds:DescribeGlobalClusters", f"arn:aws:rds::{ACCOUNT}:global-cluster:a")]),
    ("rds", "DescribeDBClusters", {}, [("rds:DescribeDBClusters", arn("rds", "cluster:*"))]),
    ("rds", "DescribeDBSnapshots", {"DBInstanceIdentifier": "a"}, [("rds:DescribeDBSnapshots", arn("rds", "snapshot:*")), ("rds:DescribeDBSnapshots", arn("rds", "db:a"))]),
    ("rds", "ModifyDBCluster", {"DBClusterIdentifier": "ledger"}, [("rds:ModifyDBCluster", arn("rds", "cluster:ledger"))]),
    ("rds", "RebootDBInstance", {"DBInstanceIdentifier": "a"}, [("rds:RebootDBInstance", arn("rds", "db:a"))]),
    ("rds", "CreateDBSnapshot", {"DBInstanceIdentifier": "a", "DBSnapshotIdentifier": "b"}, [("rds:CreateDBSnapshot", arn("rds", "db:a")), ("rds:CreateDBSnapshot", arn("rds", "snapshot:b"))]),
    ("rds-data", "ExecuteStatement", {"resourceArn": arn("rds", "cluster:db"), "secretArn": SECRET, "sql": "x"}, [("rds-data:ExecuteStatement", arn("rds", "cluster:db")), ("secretsmanager:GetSecretValue", SECRET)]),
    ("xray", "PutTraceSegments", {"TraceSegmentDocuments": []}, [("xray:PutTraceSegments", "*")]),
    ("cognito-idp", "AdminGetUser", {"UserPoolId": "us-east-1_x", "Username": "ann"}, [("cognito-idp:AdminGetUser", arn("cognito-idp", "userpool/us-east-1_x"))]),
    ("batch", "SubmitJob", {"jobName": "j", "jobQueue": arn("batch", "job-queue/q"), "jobDefinition": arn("batch", "job-definition/d:1")}, [("batch:SubmitJob", arn("batch", "job-queue/q")), ("batch:SubmitJob", arn("batch", "job-definition/d:1"))]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters", "wanted"), S3)
def test_s3(operation: str, parameters: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert needs("s3", operation, **parameters) == wanted


@pytest.mark.parametrize(("operation", "parameters", "wanted"), DYNAMODB)
def test_dynamodb(operation: str, parameters: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert needs("dynamodb", operation, **parameters) == wanted


@pytest.mark.parametrize(("service", "operation", "parameters", "wanted"), OTHERS)
def test_other_services(
    service: str, operation: str, parameters: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert needs(service, operation, **parameters) == wanted


def test_a_connection_is_told_by_the_endpoint() -> None:
    endpoint = "https://abc.execute-api.us-east-1.amazonaws.com/live"
    call = Call("apigatewaymanagementapi", "PostToConnection", {"ConnectionId": "c="}, endpoint=endpoint)
    [request] = requests(call, ESTATE)
    assert (request.action, request.resource) == (
        "execute-api:ManageConnections",
        arn("execute-api", "abc/live/POST/@connections/c="),
    )


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions(region: str, partition: str) -> None:
    [request] = requests(Call("s3", "GetObject", HERE, region), ESTATE)
    assert request.resource == f"arn:{partition}:s3:::inbox/a/b.csv"


UNMAPPED = [
    (
        "s3x",
        "GetObject",
        {},
        "s3x:GetObject cannot be mapped to IAM: boto3 has no such service; check its name",
    ),
    (
        "s3",
        "GetThing",
        {},
        "s3:GetThing cannot be mapped to IAM: boto3 has no such operation; check its name",
    ),
    (
        "kms",
        "Decrypt",
        {"CiphertextBlob": b"x"},
        "kms:Decrypt cannot be mapped to IAM: no parameter tells the key that kms:Decrypt acts on; pass its ARN, or see wellmade.toml",
    ),
    (
        "kms",
        "Sign",
        {"KeyId": "alias/app"},
        "kms:Sign cannot be mapped to IAM: which key alias/app stands for is unknown; tell it in wellmade.toml",
    ),
    (
        "kinesis",
        "GetRecords",
        {"ShardIterator": "s"},
        "kinesis:GetRecords cannot be mapped to IAM: a shard iterator does not tell its stream; pass StreamARN as well",
    ),
    (
        "dynamodb",
        "ExecuteStatement",
        {"Statement": "DROP TABLE rows"},
        "dynamodb:ExecuteStatement cannot be mapped to IAM: no table is found in the statement 'DROP TABLE rows'; name it after FROM or INTO",
    ),
    (
        "ses",
        "SendEmail",
        {},
        "ses:SendEmail cannot be mapped to IAM: it does not tell identity/{Source|SourceArn}, which ses:SendEmail acts on",
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "inbox"},
        "s3:DeleteObjects cannot be mapped to IAM: Delete is not told, or not as the API has it",
    ),
    (
        "apigatewaymanagementapi",
        "PostToConnection",
        {"ConnectionId": "c"},
        "apigatewaymanagementapi:PostToConnection cannot be mapped to IAM: the client's endpoint must be https://<api>.execute-api.<region>.amazonaws.com/<stage>",
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "message"), UNMAPPED)
def test_what_cannot_be_told_is_said(
    service: str, operation: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnmappedCallError) as failure:
        needs(service, operation, **parameters)
    assert str(failure.value) == message


def test_an_id_that_may_be_of_several_kinds_is_not_taken_for_everything() -> None:
    with pytest.raises(UnmappedCallError, match="no parameter tells the account or "):
        requests(
            Call("organizations", "TagResource", {"ResourceId": "1", "Tags": []}), AccountContext(ACCOUNT)
        )


def test_an_image_of_s3_is_read_by_who_asks_rekognition() -> None:
    call = Call("rekognition", "DetectLabels", {"Image": {"S3Object": {"Bucket": "inbox", "Name": "a.png"}}})
    asked = [(each.action, each.resource) for each in requests(call, AccountContext("111122223333"))]
    assert asked == [("rekognition:DetectLabels", "*"), ("s3:GetObject", "arn:aws:s3:::inbox/a.png")]


def test_a_document_that_only_an_event_names_may_be_any() -> None:
    call = Call("textract", "DetectDocumentText", {"Document": {"S3Object": {}}})
    assert [each.resource for each in requests(call, AccountContext("111122223333"))][1:] == [
        "arn:aws:s3:::*/*"
    ]


def test_the_token_of_a_task_may_be_of_any_state_machine() -> None:
    call = Call("stepfunctions", "SendTaskSuccess", {"taskToken": "x", "output": "{}"})
    [asked] = requests(call, AccountContext("111122223333"))
    assert asked.resource.endswith(":stateMachine:*")
