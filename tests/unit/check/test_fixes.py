"""Fixes that depend on what else the template says."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import FUNCTION, QUEUE, SAM, TOPIC
from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: '*'}]}}]}"""
BUCKET = "\n  Logs: {Type: AWS::S3::Bucket, Properties: {BucketName: x%s}}"
TABLE = "\n  Orders: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST%s}}"
SUBSCRIBED = """
  Sub: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Told, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}}"""
DATABASE = """
  Password: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {GenerateStringKey: p, SecretStringTemplate: '{}'}}}
  Database: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, MasterUserPassword: !Sub '{{resolve:secretsmanager:${Password}}}'}}"""
REPLICA = "\n  Copy: {Type: AWS::RDS::DBInstance, Properties: {SourceDBInstanceIdentifier: !Ref Database}}"
CLUSTER = DATABASE.replace("DBInstance", "DBCluster").replace("mysql", "aurora-mysql")
GLOBAL = "\n  World: {Type: AWS::RDS::GlobalCluster, Properties: {SourceDBClusterIdentifier: !Ref Database}}"
JOINED = CLUSTER.replace("Engine:", "GlobalClusterIdentifier: world, Engine:")
INSTANCE = """
  Machine:
    Type: AWS::EC2::Instance
    Properties: {IamInstanceProfile: reader, MetadataOptions: {HttpTokens: optional}, UserData: %s}"""
DURABLE = "['lambda:CheckpointDurableExecution']"


@pytest.mark.parametrize(
    ("rule_id", "resources", "told"),
    [
        ("wildcard-resource", ROLE % "['dynamodb:PutItem']", "remove actions that are not used"),
        ("wildcard-resource", ROLE % DURABLE, "are function:NAME:*"),
        ("action-name", ROLE % "['s3:HeadObject']", "Service Authorization Reference"),
        (
            "action-name",
            ROLE % "['dynamodb:PutItems', 'dynamodb:PutItem']",
            "the statement has dynamodb:PutItem",
        ),
        ("bucket-lifecycle", BUCKET % "", "or expires them"),
        ("bucket-lifecycle", BUCKET % ", VersioningConfiguration: {Status: Enabled}", "old versions as well"),
        ("encryption-off", "\n  Files: {Type: AWS::EFS::FileSystem}", "copy its data first"),
        ("encryption-off", QUEUE % "SqsManagedSseEnabled: false", "with a key where it takes one"),
        ("topic-subscription-failure-path", FUNCTION % "" + TOPIC, "subscribe a queue"),
        (
            "topic-subscription-failure-path",
            FUNCTION % "" + TOPIC + QUEUE % "" + SUBSCRIBED,
            "let the function poll Orders",
        ),
        ("secret-rotation", DATABASE, "or set ManageMasterUserPassword"),
        ("secret-rotation", DATABASE + REPLICA, "add an AWS::SecretsManager::RotationSchedule"),
        (
            "imds-v2",
            INSTANCE % "curl http://169.254.169.254/latest/meta-data",
            "let its scripts ask for a token first",
        ),
        ("imds-v2", INSTANCE % "yum update", "set MetadataOptions.HttpTokens to required"),
        ("deletion-policy", TABLE % "", "or Snapshot where the type has it"),
        ("deletion-policy", TABLE % ", TableName: orders", "meet in the name orders"),
        ("deletion-policy", TABLE % ", TableName: !Ref Given", "meet in one name"),
    ],
)
def test_a_fix_says_what_to_do_here(tmp_path: Path, rule_id: str, resources: str, told: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(f"{SAM}{resources}\n")
    found = check(load([file]), [rule_of(rule_id)])
    assert [told in each.fix for each in found] == [True], found


@pytest.mark.parametrize("beside", [DATABASE + REPLICA, CLUSTER + GLOBAL, JOINED])
def test_a_fix_that_cannot_work_is_not_offered(tmp_path: Path, beside: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(f"{SAM}{beside}\n")
    (found,) = check(load([file]), [rule_of("secret-rotation")])
    assert "ManageMasterUserPassword" not in found.fix
