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
        ("deletion-policy", TABLE % "", "or Snapshot where the type has it"),
        ("deletion-policy", TABLE % ", TableName: orders", "remove TableName"),
    ],
)
def test_a_fix_says_what_to_do_here(tmp_path: Path, rule_id: str, resources: str, told: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(f"{SAM}{resources}\n")
    found = check(load([file]), [rule_of(rule_id)])
    assert [told in each.fix for each in found] == [True], found
