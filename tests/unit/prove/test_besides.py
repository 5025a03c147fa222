"""What calls may need besides: a role that lacks it is not proven, and one that has it uses it."""

import json
from pathlib import Path

import pytest

from tests.unit.prove.cases import get, prove, said
from tests.unit.prove.support import Document, allow, deny, document
from tests.unit.prove.test_adversary import EVERYBODY, OBJECTS, READ, READS, TESTED, app, bucket_policy, when
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.settings import Settings

ROLE = "arn:aws:iam::123456789012:role/x"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
TAGS = [{"Key": "a", "Value": "b"}]
ROOT: Document = {
    "Effect": "Allow",
    "Action": "kms:*",
    "Resource": "*",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
}
TARGET = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": ROLE}
CALLS: dict[str, tuple[list[str], str, str, Document]] = {
    "tags of a queue": (["sqs:CreateQueue"], "sqs", "CreateQueue", {"QueueName": "a", "tags": {"a": "b"}}),
    "tags of a topic": (["sns:CreateTopic"], "sns", "CreateTopic", {"Name": "a", "Tags": TAGS}),
    "tags of a parameter": (["ssm:PutParameter"], "ssm", "PutParameter", {"Name": "/a", "Value": "x", "Tags": TAGS}),
    "tags of a table": (["dynamodb:CreateTable"], "dynamodb", "CreateTable", {"TableName": "x", "Tags": TAGS, "KeySchema": [], "AttributeDefinitions": []}),
    "tags of a task": (["ecs:RunTask", "iam:PassRole"], "ecs", "RunTask", {"taskDefinition": "t:1", "tags": [{"key": "a", "value": "b"}]}),
    "tags of a rule": (["events:PutRule"], "events", "PutRule", {"Name": "r", "Tags": TAGS}),
    "the key of a table": (["dynamodb:CreateTable"], "dynamodb", "CreateTable", {"TableName": "x", "SSESpecification": {"KMSMasterKeyId": KEY}, "KeySchema": [], "AttributeDefinitions": []}),
    "the key of a secret": (["secretsmanager:CreateSecret"], "secretsmanager", "CreateSecret", {"Name": "a", "SecretString": "x", "KmsKeyId": KEY}),
    "the key of a parameter": (["ssm:PutParameter"], "ssm", "PutParameter", {"Name": "/a", "Value": "x", "Type": "SecureString", "KeyId": "alias/mine"}),
    "the key of a schedule": (["scheduler:CreateSchedule", "iam:PassRole"], "scheduler", "CreateSchedule", {"Name": "a", "ScheduleExpression": "rate(1 day)", "KmsKeyArn": KEY, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": TARGET}),
    "an object that is transcribed": (["transcribe:StartTranscriptionJob"], "transcribe", "StartTranscriptionJob", {"TranscriptionJobName": "a", "LanguageCode": "en-US", "Media": {"MediaFileUri": "s3://files-1/a"}}),
    "an object that is spoken": (["polly:StartSpeechSynthesisTask"], "polly", "StartSpeechSynthesisTask", {"OutputFormat": "mp3", "OutputS3BucketName": "files-1", "Text": "a", "VoiceId": "Joanna"}),
    "results of a query": (["athena:StartQueryExecution"], "athena", "StartQueryExecution", {"QueryString": "select 1", "WorkGroup": "primary"}),
    "code of a function": (["lambda:UpdateFunctionCode"], "lambda", "UpdateFunctionCode", {"FunctionName": "a", "S3Bucket": "files-1", "S3Key": "k"}),
    "an image of a function": (["lambda:UpdateFunctionCode"], "lambda", "UpdateFunctionCode", {"FunctionName": "a", "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1"}),
    "a network of a function": (["lambda:CreateFunction", "iam:PassRole"], "lambda", "CreateFunction", {"FunctionName": "a", "Role": ROLE, "Code": {"ZipFile": "b"}, "VpcConfig": {"SubnetIds": ["s"]}}),
    "a template of a stack": (["cloudformation:CreateStack", "iam:PassRole"], "cloudformation", "CreateStack", {"StackName": "a", "RoleARN": ROLE, "TemplateURL": "https://files-1.s3.amazonaws.com/a"}),
    "an exported table": (["dynamodb:ExportTableToPointInTime"], "dynamodb", "ExportTableToPointInTime", {"TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/x", "S3Bucket": "files-1"}),
    "a restored table": (["dynamodb:RestoreTableFromBackup"], "dynamodb", "RestoreTableFromBackup", {"TargetTableName": "x", "BackupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/x/backup/1"}),
    "a stream of a table": (["dynamodb:EnableKinesisStreamingDestination"], "dynamodb", "EnableKinesisStreamingDestination", {"TableName": "x", "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}),
    "a login by user": (["redshift-data:ExecuteStatement"], "redshift-data", "ExecuteStatement", {"ClusterIdentifier": "c", "DbUser": "u", "Database": "d", "Sql": "x"}),
    "a login by secret": (["redshift-data:ExecuteStatement"], "redshift-data", "ExecuteStatement", {"ClusterIdentifier": "c", "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-abcdef", "Database": "d", "Sql": "x"}),
    "a rotation": (["secretsmanager:RotateSecret"], "secretsmanager", "RotateSecret", {"SecretId": "a", "RotationLambdaARN": "arn:aws:lambda:us-east-1:123456789012:function:r"}),
    "a replica of a secret": (["secretsmanager:CreateSecret"], "secretsmanager", "CreateSecret", {"Name": "a", "SecretString": "x", "AddReplicaRegions": [{"Region": "eu-west-1"}]}),
    "a secret of a connection": (["events:CreateConnection"], "events", "CreateConnection", {"Name": "a", "AuthorizationType": "BASIC", "AuthParameters": {}}),
    "a role that sends messages": (["cognito-idp:CreateUserPool"], "cognito-idp", "CreateUserPool", {"PoolName": "a", "SmsConfiguration": {"SnsCallerArn": ROLE}}),
    "an object that must be the same": (["s3:PutObject"], "s3", "PutObject", {"Bucket": "files-1", "Key": "in/a", "IfMatch": "abc"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_role_with_the_action_alone_is_not_proven(tmp_path: Path, name: str) -> None:
    actions, service, operation, parameters = CALLS[name]
    made = {"service": service, "operation": operation, "parameters": parameters}
    proof = prove(tmp_path, app(allow(actions, "*")), made, variables=TESTED)
    assert (proof.verdict, proof.report.denied) == ("not judged", [])


USED: dict[str, str] = {
    "tags of a queue": "sqs:TagQueue",
    "tags of a table": "dynamodb:TagResource",
    "a rotation": "lambda:InvokeFunction",
    "code of a function": "s3:GetObject",
    "a replica of a secret": "secretsmanager:ReplicateSecretToRegions",
    "a role that sends messages": "iam:PassRole",
}


@pytest.mark.parametrize("name", USED)
def test_a_role_that_has_what_may_be_needed_uses_it(tmp_path: Path, name: str) -> None:
    actions, service, operation, parameters = CALLS[name]
    made = {"service": service, "operation": operation, "parameters": parameters}
    proof = prove(tmp_path, app(allow([*actions, USED[name]], "*")), made, variables=TESTED)
    assert said(proof) == ("proven", set(), set())


def test_what_is_told_of_an_operation_goes_before_what_it_may_need(tmp_path: Path) -> None:
    made = {
        "service": "sqs",
        "operation": "CreateQueue",
        "parameters": {"QueueName": "a", "tags": {"a": "b"}},
    }
    told = {"calls": {"sqs:CreateQueue": ["sqs:CreateQueue on arn:aws:sqs:us-east-1:123456789012:a"]}}
    proof = prove(tmp_path, app(allow("sqs:CreateQueue", "*")), made, variables=TESTED, settings=told)
    assert said(proof) == ("proven", set(), set())


IN_PATH = {"Path": "/svc/", "RoleName": "r"}
BY_PATH = {
    "a denial": app(READS, deny("s3:*", "*", **when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/svc/*")), role_properties=IN_PATH),
    "a denial of all others": app(
        READS, role_properties=IN_PATH,
        **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY, **when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/r")))),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_PATH)
def test_the_path_of_a_role_is_part_of_its_arn(tmp_path: Path, name: str) -> None:
    assert said(prove(tmp_path, BY_PATH[name], READ, variables=TESTED))[1] == {"s3:GetObject"}


def test_a_role_with_a_path_is_found_by_its_arn(tmp_path: Path) -> None:
    other = {"Type": "AWS::IAM::Role", "Properties": {**IN_PATH, "RoleName": "other"}}
    passed = {"FunctionName": "a", "Role": "arn:aws:iam::123456789012:role/svc/other"}
    made = {"service": "lambda", "operation": "UpdateFunctionConfiguration", "parameters": passed}
    statements = allow("lambda:UpdateFunctionConfiguration", "*"), allow("iam:PassRole", get("Other"))
    proof = prove(tmp_path, app(*statements, Other=other), made, variables=TESTED)
    assert said(proof) == ("proven", set(), set())


def test_the_key_of_a_machine_is_needed_by_its_role(tmp_path: Path) -> None:
    flow = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": get("Role"),
            "Definition": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}},
            "EncryptionConfiguration": {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": {"Ref": "Key"}},
        },
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {}}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document(ROOT)}}
    (tmp_path / "template.json").write_text(
        json.dumps({"Resources": {"Flow": flow, "Role": role, "Key": key}})
    )
    [proof] = Proofs(load([tmp_path / "template.json"]), None, Settings(tmp_path)).every()["machines"]
    assert {each.action for each in proof.report.denied} == {"kms:Decrypt", "kms:GenerateDataKey"}
