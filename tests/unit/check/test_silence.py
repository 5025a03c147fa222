"""Templates on which a rule once spoke and should not."""

from pathlib import Path

import pytest

from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.graph import load

PARAMETER = """
Parameters:
  AllowUsersToChangePassword: {Type: String, Default: "true", AllowedValues: ["true", "false"]}
Resources:
  Policy:
    Type: Custom::PasswordPolicy
    Properties: {ServiceToken: x, Allow: !Ref AllowUsersToChangePassword}
"""
TEXTS = """
Resources:
  Alarms: {Type: AWS::SNS::Topic}
  Sms:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: cognito-idp.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: sms
          PolicyDocument: {Statement: [{Effect: Allow, Action: sns:publish, Resource: "*"}]}
"""
PROVIDER = """
Resources:
  One: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: team, Value: a}]}}
  Two: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: team, Value: a}]}}
  LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs22.x, Handler: index.handler, Code: {ZipFile: x}, Role: x}
"""
LOGS = """
Resources:
  Logs: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub ${Logs.Arn}/AWSLogs/${AWS::AccountId}/*
"""


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        ("plaintext-parameter", PARAMETER),
        ("wildcard-resource", TEXTS),
        ("untagged", PROVIDER),
        ("function-log-group", PROVIDER),
        ("confused-deputy", LOGS),
    ],
)
def test_nothing_is_said(tmp_path: Path, rule: str, template: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(template)
    assert check(load([file]), [all_rules()[rule]]) == []


CHOSEN = """
Parameters: {{Access: {{Type: String, Default: private}}}}
Conditions: {{Public: !Equals [!Ref Access, public]}}
Resources:
  Files: {{Type: AWS::S3::Bucket}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Statement:
          - {{Effect: Deny, Principal: "*", Action: s3:*, Resource: "*", Condition: {{Bool: {{aws:SecureTransport: false}}}}}}
          - {statement}
"""
OPEN = "{Effect: Allow, Principal: '*', Action: s3:GetObject, Resource: !Sub '${Files.Arn}/*'}"


@pytest.mark.parametrize(
    ("statement", "count"),
    [(OPEN, 1), (f"!If [Public, {OPEN}, !Ref AWS::NoValue]", 0), (f"!If [Public, {OPEN}, {OPEN}]", 1)],
)
def test_a_statement_that_somebody_must_choose_is_not_judged(
    tmp_path: Path, statement: str, count: int
) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(CHOSEN.format(statement=statement))
    assert len(check(load([file]), [all_rules()["public-bucket"]])) == count


DATABASES = """
Resources:
  Cluster: {{Type: AWS::RDS::DBCluster, {policies}Properties: {{Engine: aurora-postgresql}}}}
"""


@pytest.mark.parametrize(
    ("policies", "found"),
    [
        ("", ["UpdateReplacePolicy"]),
        ("DeletionPolicy: Delete, ", ["DeletionPolicy"]),
        ("UpdateReplacePolicy: Snapshot, ", []),
    ],
)
def test_a_cluster_leaves_a_snapshot_by_default(tmp_path: Path, policies: str, found: list[str]) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(DATABASES.format(policies=policies))
    assert [each.path for each in check(load([file]), [all_rules()["deletion-policy"]])] == found


@pytest.mark.parametrize(
    "action", ["s3:*", "s3:Get*", "s3:getobject", "newservice:Anything", "${Service}:Do", "sqs:SendMessage"]
)
def test_actions_that_may_exist_are_left_alone(tmp_path: Path, action: str) -> None:
    file = tmp_path / "template.yaml"
    statement = f"{{Effect: Allow, Action: '{action}', Resource: 'arn:aws:s3:::photos/*'}}"
    policy = f"{{PolicyName: p, PolicyDocument: {{Statement: [{statement}]}}}}"
    file.write_text(f"Resources: {{Role: {{Type: AWS::IAM::Role, Properties: {{Policies: [{policy}]}}}}}}")
    assert check(load([file]), [all_rules()["action-name"]]) == []


def test_actions_that_sam_itself_names_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("""
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - SQSPollerPolicy: {QueueName: orders}
        - Statement: {Effect: Allow, Action: 'sqs:SendMessageBatch', Resource: 'arn:aws:sqs:eu-west-1:111122223333:q'}
""")
    (found,) = check(load([file]), [all_rules()["action-name"]])
    assert "sqs:SendMessageBatch" in found.message


RETENTION = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aServiceRole"


def test_the_log_retention_of_cdk_is_told_by_what_to_use(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    statement = (
        '{Effect: Allow, Action: ["logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"], Resource: "*"}'
    )
    policy = f"{{PolicyName: p, Roles: [!Ref {RETENTION}], PolicyDocument: {{Statement: [{statement}]}}}}"
    file.write_text(
        f"Resources:\n  {RETENTION}: {{Type: AWS::IAM::Role, Properties: {{Path: /}}}}\n"
        f"  {RETENTION}DefaultPolicyADDA7DEB: {{Type: AWS::IAM::Policy, Properties: {policy}}}\n"
    )
    (found,) = check(load([file]), [all_rules()["wildcard-resource"]])
    assert "log_group in place of log_retention" in found.fix


def test_an_instance_without_a_role_has_no_credentials_to_fetch(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    options = "{ImageId: ami-12345678, MetadataOptions: {HttpTokens: optional}}"
    file.write_text(f"Resources: {{One: {{Type: AWS::EC2::Instance, Properties: {options}}}}}")
    assert check(load([file]), [all_rules()["imds-v2"]]) == []
