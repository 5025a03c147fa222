"""The rule about `*` as resource: what narrows nothing is left alone, what is said can be done."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings
from wellmade.check.extract_actions import granted_on_everything

TRUSTED = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: %s}, Action: 'sts:AssumeRole'}]}
      ManagedPolicyArns: [%s]
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: [%s], Resource: '*'}]}"""
MSK = "!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonMSKFullAccess'"
DELIVERY = "'logs:CreateLogDelivery', 'logs:PutLogEvents', 'logs:CreateLogStream'"
SAM_FUNCTION = """
  Worker:
    Type: AWS::Serverless::Function
    Properties: {%sPolicies: [{Statement: [{Effect: Allow, Action: '%s', Resource: '*'}]}]}"""
DURABLE = "DurableConfig: {ExecutionTimeout: 60}, "
IMAGES = """
  Images: {Type: AWS::ECR::Repository}"""
ELSEWHERE = "\n  Instance: {Type: AWS::EC2::Instance}"


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param(
            TRUSTED % ("lambda.amazonaws.com", MSK, "'kafka:CreateConfiguration'"), id="granted anyway"
        ),
        pytest.param(TRUSTED % ("lambda.amazonaws.com", "AdministratorAccess", "'s3:GetObject'"), id="all"),
        pytest.param(TRUSTED % ("states.amazonaws.com", "", DELIVERY), id="log delivery"),
        pytest.param(
            TRUSTED % ("ecs.amazonaws.com", "", "'elasticloadbalancing:RegisterTargets'"), id="service"
        ),
        pytest.param(TRUSTED % ("ssm.amazonaws.com", "", "'ec2:RebootInstances'"), id="no instance told"),
        pytest.param(TRUSTED % ("ec2.amazonaws.com", "", "'ecr:BatchGetImage'"), id="no repository told"),
        pytest.param(SAM_FUNCTION % (DURABLE, "lambda:GetDurableExecutionState"), id="attached by SAM"),
        pytest.param(SAM_FUNCTION % ("", "logs:PutLogEvents"), id="basic, by SAM"),
    ],
)
def test_silent_where_naming_resources_narrows_nothing(tmp_path: Path, resources: str) -> None:
    assert findings(tmp_path, "wildcard-resource", resources) == []


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (
            TRUSTED % ("lambda.amazonaws.com", MSK, "'kafka:CreateConfiguration', 'sqs:SendMessage'"),
            "allows sqs:SendMessage on every resource (*), must name those that are used",
        ),
        (
            TRUSTED % ("ecs-tasks.amazonaws.com", "", "'ecr:GetAuthorizationToken', 'ecr:BatchGetImage'")
            + IMAGES,
            "allows ecr:BatchGetImage on every resource (*), must name those that are used; "
            "ecr:GetAuthorizationToken cannot name any and stay on * in a statement of their own",
        ),
        (
            TRUSTED % ("ssm.amazonaws.com", "", "'ec2:RebootInstances'") + ELSEWHERE,
            "allows ec2:RebootInstances on every resource (*), must name those that are used",
        ),
        (
            SAM_FUNCTION % ("", "lambda:GetDurableExecutionState"),
            "allows lambda:GetDurableExecutionState on every resource (*), must name those that are used",
        ),
    ],
)
def test_names_every_action_that_can_be_narrowed(tmp_path: Path, resources: str, message: str) -> None:
    (found,) = findings(tmp_path, "wildcard-resource", resources)
    assert found.partition(" ")[2] == message


def test_of_other_actions_only_those_without_any_resource_stay_on_everything(tmp_path: Path) -> None:
    actions = (
        "'sqs:SendMessage', 'mq:DescribeBroker', 'ec2:CreateNetworkInterface', 'ec2:DescribeVpcs', 's3:List*'"
    )
    (found,) = findings(tmp_path, "wildcard-resource", TRUSTED % ("lambda.amazonaws.com", "", actions))
    assert (
        found.partition("; ")[2]
        == "ec2:DescribeVpcs cannot name any and stay on * in a statement of their own"
    )


def test_silent_where_a_listing_of_the_account_tells_the_names(tmp_path: Path) -> None:
    actions = "'lambda:ListFunctions', 'lambda:GetFunction'"
    assert findings(tmp_path, "wildcard-resource", TRUSTED % ("states.amazonaws.com", "", actions)) == []


def test_whole_services_that_a_managed_policy_grants_are_not_told_twice(tmp_path: Path) -> None:
    wide = TRUSTED % ("ec2.amazonaws.com", MSK, "'kafka:*', 'mq:*'")
    (found,) = findings(tmp_path, "wildcard-action", wide)
    assert "allows mq:*, must name" in found


def test_a_locked_bucket_says_how_long_it_keeps_objects(tmp_path: Path) -> None:
    bucket = "\n  Logs: {Type: AWS::S3::Bucket, Properties: {%s}}"
    assert len(findings(tmp_path, "bucket-lifecycle", bucket % "")) == 1
    assert (
        findings(
            tmp_path, "bucket-lifecycle", bucket % "ObjectLockConfiguration: {ObjectLockEnabled: Enabled}"
        )
        == []
    )


def test_of_a_managed_policy_counts_what_it_grants_on_everything() -> None:
    statements = [
        {"Effect": "Allow", "Action": ["SQS:SendMessage", "xray:PutTraceSegments"], "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::one/*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": ["*"], "Condition": {"Bool": {"a": "b"}}},
        {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"},
    ]
    policies = {
        "One": {"Document": {"Statement": statements}},
        "Two": {"Document": {"Statement": statements[1]}},
    }
    assert granted_on_everything(policies) == {"One": "sqs:sendmessage"}


SECRET = """
  Password: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {%s}}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: %s
      MasterUserPassword: !Sub '{{resolve:secretsmanager:${Password}}}'"""
REPLICA = "\n  Copy: {Type: AWS::RDS::DBInstance, Properties: {SourceDBInstanceIdentifier: !Ref Database}}"
JSON = "SecretStringTemplate: '{}', GenerateStringKey: password"
NEVER = "Password is the password of Database and is never rotated"
UNMANAGED = "; RDS cannot manage it, since the database has a read replica"
BARE = "; a rotation needs it as JSON with username and password first"


@pytest.mark.parametrize(
    ("resources", "in_the_way"),
    [
        (SECRET % (JSON, "mysql"), ""),
        (SECRET % (JSON, "mysql") + REPLICA, UNMANAGED),
        (SECRET % (JSON, "sqlserver-se") + REPLICA, ""),
        (SECRET % ("PasswordLength: 30", "mysql"), BARE),
        (SECRET % ("PasswordLength: 30", "mysql") + REPLICA, UNMANAGED + BARE),
    ],
)
def test_says_what_keeps_a_password_from_being_rotated(
    tmp_path: Path, resources: str, in_the_way: str
) -> None:
    assert findings(tmp_path, "secret-rotation", resources) == [NEVER + in_the_way]
