"""What must not raise an alarm, and what must, beside each rule's own pair of templates."""

import textwrap
from pathlib import Path

import pytest

from wellmade.check.extract_actions import limitable as extracted
from wellmade.check.grouping import every
from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.facts.actions import limitable
from wellmade.graph import load

TRUST = """
Parameters: {{Unknown: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  Provider: {{Type: AWS::IAM::OIDCProvider, Properties: {{Url: https://token.actions.githubusercontent.com}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {{Effect: Allow, Action: 'sts:AssumeRole', {0}}}
"""
IDENTITY = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Orders: {{Type: AWS::SQS::Queue}}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {{Effect: Allow, {0}}}
"""
QUEUE = """
Conditions: {{C: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  Orders: {{Type: AWS::SQS::Queue}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument:
        Statement:
          - {{Action: 'sqs:SendMessage', Resource: !GetAtt Orders.Arn, {0}}}
"""
KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {{Effect: Allow, Action: 'kms:*', Resource: '*', {0}}}
"""
PERMISSION = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {{Action: 'lambda:InvokeFunction', FunctionName: worker, {0}}}
"""
ALARM = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {{EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, {0}}}
"""
PARAMETER = """
Parameters: {{{0}}}
Resources:
  Store: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Sub '${{Password}}'}}}}
"""
CONTAINER = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{ContainerDefinitions: [{{Name: web, Environment: [{{{0}}}]}}]}}
"""
USER_DATA = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Instance:
    Type: AWS::EC2::Instance
    Properties: {{UserData: {0}}}
"""
SCP = """
Resources:
  Policy:
    Type: AWS::Organizations::Policy
    Properties: {{Name: p, {0}}}
"""
NO_ROLE = ("aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:PrincipalIsAWSService", "aws:PrincipalType")


def _denying(key: str) -> str:
    statement = (
        f"{{Effect: Deny, Action: 's3:*', Resource: '*', Condition: {{StringNotEquals: {{{key}: x}}}}}}"
    )
    return f"Type: SERVICE_CONTROL_POLICY, Content: {{Statement: {statement}}}"


TAGGED = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  One: {{Type: AWS::SQS::Queue, Properties: {{Tags: [{{Key: team, Value: shop}}]}}}}
  Two: {{Type: AWS::SQS::Queue, Properties: {{Tags: [{{Key: team, Value: shop}}]}}}}
  Three: {0}
"""
LOGS = """
Parameters: {{Unknown: {{Type: Number}}}}
Resources:
  Group: {{Type: AWS::Logs::LogGroup, Properties: {{{0}}}}}
"""
ENTRY = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Entry: {{Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {{{0}}}}}
"""
DATABASE = """
Parameters: {{Unknown: {{Type: String}}}}
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {{MasterUserPassword: !Sub '{{{{resolve:secretsmanager:${{Secret}}}}}}'}}
  Other: {0}
"""
GITHUB = "Federated: !GetAtt Provider.Arn"
AUDIENCE = "token.actions.githubusercontent.com:aud: sts.amazonaws.com"
SUBJECT = "token.actions.githubusercontent.com:sub"
DEPTH = "Namespace: AWS/SQS, MetricName: ApproximateNumberOfMessagesVisible"
TABLE = "Namespace: AWS/DynamoDB, Dimensions: [{Name: TableName, Value: t}]"

LOUD = [
    ("open-trust", TRUST, "Principal: {AWS: '*'}, Condition: {Bool: {'aws:SecureTransport': true}}"),
    ("open-trust", TRUST, "Principal: {AWS: ['*', 111122223333]}"),
    ("oidc-subject", TRUST, f"Principal: {{{GITHUB}}}, Condition: {{StringEquals: {{{AUDIENCE}}}}}"),
    (
        "oidc-subject",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:ref:refs/heads/*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:environment:*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:ref:*'}}}}",
    ),
    ("confused-trust", TRUST, "Principal: {Service: scheduler.amazonaws.com}"),
    ("wildcard-action", IDENTITY, "Action: ['s3:*'], Resource: 'arn:aws:s3:::b'"),
    ("wildcard-action", IDENTITY, "NotAction: 'iam:*', Resource: '*'"),
    ("wildcard-resource", IDENTITY, "Action: 'dynamodb:Put*', Resource: '*'"),
    ("wildcard-resource", IDENTITY, "Action: 'iam:PassRole', Resource: ['*']"),
    ("public-queue", QUEUE, "Effect: Allow, Principal: '*'"),
    (
        "public-queue",
        QUEUE,
        "Effect: Allow, Principal: {AWS: '*'}, Condition: {ArnLike: {'aws:SourceArn': '*'}}",
    ),
    ("confused-deputy", QUEUE, "Effect: Allow, Principal: {Service: [sns.amazonaws.com]}"),
    ("public-key", KEY, "Principal: '*'"),
    ("public-permission", PERMISSION, "Principal: '*'"),
    ("public-permission", PERMISSION, "Principal: sns.amazonaws.com"),
    ("alarm-metric", ALARM, "Namespace: AWS/Lambda, MetricName: Error"),
    (
        "alarm-metric",
        ALARM,
        "Metrics: [{Id: a, MetricStat: {Metric: {Namespace: AWS/ECS, MetricName: CPU}}}]",
    ),
    ("alarm-dimensions", ALARM, DEPTH),
    ("alarm-dimensions", ALARM, f"MetricName: ThrottledRequests, {TABLE}"),
    ("plaintext-parameter", PARAMETER, "Password: {Type: String, NoEcho: false}"),
    ("secret-in-container", CONTAINER, "Name: API_SECRET, Value: hunter2"),
    ("secret-in-user-data", USER_DATA, r'{"Fn::Base64": "aws configure set key AKIAABCDEFGHIJKLMNOP"}'),
    ("scp-size", SCP, f"Type: SERVICE_CONTROL_POLICY, Content: '{'x' * 10241}'"),
    ("scp-size", SCP, f"Type: RESOURCE_CONTROL_POLICY, Content: '{'x' * 5121}'"),
    (
        "scp-break-glass",
        SCP,
        "Type: RESOURCE_CONTROL_POLICY, "
        "Content: {Statement: {Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*'}}",
    ),
    *(("scp-break-glass", SCP, _denying(key)) for key in NO_ROLE),
    ("untagged", TAGGED, "{Type: AWS::SQS::Queue, Properties: {Tags: []}}"),
]
SILENT = [
    ("open-trust", TRUST, "Principal: {AWS: !Ref Unknown}"),
    (
        "open-trust",
        TRUST,
        "Principal: {AWS: '*'}, Condition: !If [C, {Bool: {'aws:SecureTransport': true}}, {}]",
    ),
    ("open-trust", TRUST, "Principal: {AWS: '*'}, Condition: {StringEquals: {'sts:ExternalId': x}}"),
    (
        "oidc-subject",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:*'}}}}",
    ),
    (
        "oidc-subject",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: !Ref Unknown}}}}",
    ),
    ("oidc-subject", TRUST, f"Principal: {{{GITHUB}}}, Condition: !Ref Unknown"),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:ref:refs/heads/main'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:ref:refs/heads/release/*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:ref:refs/tags/v*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/a:environment:prod'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: 'repo:org/[ab]:*x'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringEquals: {{{SUBJECT}: 'repo:org/a:*'}}}}",
    ),
    (
        "oidc-branch",
        TRUST,
        f"Principal: {{{GITHUB}}}, Condition: {{StringLike: {{{SUBJECT}: !Ref Unknown}}}}",
    ),
    ("oidc-branch", TRUST, f"Principal: {{{GITHUB}}}, Condition: !Ref Unknown"),
    ("oidc-subject", TRUST, "Principal: {Federated: cognito-identity.amazonaws.com}"),
    ("confused-trust", TRUST, "Principal: {Service: [lambda.amazonaws.com, scheduler.amazonaws.com]}"),
    ("confused-trust", TRUST, "Principal: {Service: ecs-tasks.amazonaws.com}"),
    ("confused-trust", TRUST, "Principal: {Service: pipes.amazonaws.com}"),
    ("wildcard-action", IDENTITY, "Action: ['s3:Get*'], Resource: '*'"),
    ("wildcard-action", IDENTITY, "Action: ['ssmmessages:*', 'ec2messages:*'], Resource: '*'"),
    (
        "wildcard-action",
        IDENTITY,
        "Action: '*', Resource: '*'}\n          - {Effect: Deny, Action: '*', Resource: '*'",
    ),
    (
        "wildcard-action",
        IDENTITY,
        "Action: '*', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/a': b}}",
    ),
    (
        "wildcard-resource",
        IDENTITY,
        "Action: ['xray:PutTraceSegments', 'ecr:GetAuthorizationToken'], Resource: '*'",
    ),
    ("wildcard-resource", IDENTITY, "Action: ['rds:DescribeDBInstances', 'lambda:List*'], Resource: '*'"),
    (
        "wildcard-resource",
        IDENTITY,
        "Action: ['ec2:CreateNetworkInterface', 'ec2:AttachNetworkInterface'], Resource: '*'",
    ),
    ("wildcard-resource", IDENTITY, "Action: 'sns:Publish', Resource: '*'"),
    ("wildcard-resource", IDENTITY, "Action: 'sqs:SendMessage', Resource: !Ref Unknown"),
    ("wildcard-resource", IDENTITY, "Action: !Ref Unknown, Resource: '*'"),
    (
        "public-queue",
        QUEUE,
        "Effect: Deny, Principal: '*', Condition: {Bool: {'aws:SecureTransport': false}}",
    ),
    (
        "public-queue",
        QUEUE,
        "Effect: Allow, Principal: '*', Condition: {ArnLike: {'aws:SourceArn': !ImportValue t}}",
    ),
    ("public-queue", QUEUE, "Effect: !If [C, Allow, Deny], Principal: '*'"),
    ("confused-deputy", QUEUE, "Effect: Allow, Principal: {Service: vendor.amazonaws.com}"),
    (
        "confused-deputy",
        QUEUE,
        "Effect: Allow, Principal: {Service: s3.amazonaws.com}, Condition: !ImportValue c",
    ),
    ("public-key", KEY, "Principal: '*', Condition: {StringEquals: {'kms:CallerAccount': '111122223333'}}"),
    ("public-permission", PERMISSION, "Principal: '*', FunctionUrlAuthType: NONE"),
    ("public-permission", PERMISSION, "Principal: '*', PrincipalOrgID: o-a1b2c3d4e5"),
    ("public-permission", PERMISSION, "Principal: elasticloadbalancing.amazonaws.com"),
    ("public-permission", PERMISSION, "Principal: !Ref Unknown"),
    ("public-permission", PERMISSION, "Principal: s3.amazonaws.com, SourceArn: !ImportValue bucket"),
    ("alarm-metric", ALARM, "Namespace: AWS/Unheard, MetricName: Of"),
    ("alarm-metric", ALARM, "Namespace: AWS/SQS, MetricName: !Ref Unknown"),
    ("alarm-metric", ALARM, "Namespace: AWS/Kinesis, MetricName: GetRecords.IteratorAgeMilliseconds"),
    ("alarm-dimensions", ALARM, f"{DEPTH}, Dimensions: [{{Name: QueueName, Value: !ImportValue queue}}]"),
    ("alarm-dimensions", ALARM, f"{DEPTH}, Dimensions: [{{Name: !Ref Unknown, Value: a}}]"),
    ("alarm-dimensions", ALARM, "Namespace: AWS/Lambda, MetricName: ConcurrentExecutions"),
    ("alarm-dimensions", ALARM, "Namespace: AWS/DynamoDB, MetricName: UserErrors"),
    ("alarm-without-action", ALARM, f"{DEPTH}, AlarmActions: [!Ref Unknown]"),
    ("alarm-without-action", ALARM, f"{DEPTH}, OKActions: [!Ref Topic]"),
    (
        "alarm-without-action",
        ALARM,
        DEPTH + "}\n  All: {Type: AWS::CloudWatch::CompositeAlarm, Properties: "
        "{AlarmRule: !Sub 'ALARM(${Alarm})', AlarmActions: [!Ref Topic]}",
    ),
    (
        "alarm-without-action",
        ALARM,
        DEPTH + ", AlarmName: depth}\n  All: {Type: AWS::CloudWatch::CompositeAlarm, Properties: "
        "{AlarmRule: 'ALARM(depth)', AlarmActions: [!Ref Topic]}",
    ),
    ("plaintext-parameter", PARAMETER, "Password: {Type: String, NoEcho: 'true'}"),
    (
        "plaintext-parameter",
        PARAMETER,
        "PasswordLength: {Type: String}, Password: {Type: String, NoEcho: true}",
    ),
    ("plaintext-parameter", PARAMETER, "Password: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /p}"),
    ("secret-in-container", CONTAINER, "Name: PASSWORD, Value: !Ref Unknown"),
    ("secret-in-container", CONTAINER, "Name: PASSWORD, Value: '{{resolve:secretsmanager:orders}}'"),
    ("secret-in-container", CONTAINER, "Name: DB_PASSWORD, Value: /orders/password"),
    ("secret-in-container", CONTAINER, "Name: PASSWORD_MIN_LENGTH, Value: '12'"),
    ("secret-in-user-data", USER_DATA, r'{"Fn::Base64": "PASSWORD=$(get)\nPASSWORD=\"$1\"\n"}'),
    ("secret-in-user-data", USER_DATA, r'{"Fn::Base64": !Sub "export PASSWORD=${Unknown}\n"}'),
    ("scp-size", SCP, f"Type: SERVICE_CONTROL_POLICY, Content: '{'x' * 10240}'"),
    ("scp-size", SCP, f"Type: RESOURCE_CONTROL_POLICY, Content: '{'x' * 5120}'"),
    ("scp-size", SCP, f"Type: TAG_POLICY, Content: '{'x' * 5121}'"),
    ("scp-break-glass", SCP, "Type: SERVICE_CONTROL_POLICY, Content: !ImportValue policy"),
    *(("scp-break-glass", SCP, _denying(key)) for key in ("aws:PrincipalARN", "aws:PrincipalTag/rescue")),
    (
        "scp-break-glass",
        SCP,
        "Type: SERVICE_CONTROL_POLICY, Content: {Statement: {Effect: Allow, Action: '*'}}",
    ),
    ("untagged", TAGGED, "{Type: AWS::SQS::Queue, Properties: {Tags: !Ref Unknown}}"),
    ("untagged", TAGGED, "{Type: AWS::SQS::QueuePolicy}"),
    ("untagged", TAGGED.replace("team", "HelloWorld"), "{Type: AWS::SQS::Queue}"),
    ("log-retention", LOGS, "RetentionInDays: !Ref Unknown"),
    ("web-firewall", ENTRY, "Scheme: internet-facing"),
    ("web-firewall", ENTRY, "Scheme: internal, Tags: [{Key: environment, Value: prod}]"),
    ("web-firewall", ENTRY, "Scheme: internet-facing, Tags: [{Key: environment, Value: !Ref Unknown}]"),
    (
        "web-firewall",
        ENTRY,
        "Scheme: internet-facing, Tags: [{Key: env, Value: prod}]}}\n"
        "  Guard: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref Unknown",
    ),
    (
        "secret-rotation",
        DATABASE,
        "{Type: AWS::SecretsManager::RotationSchedule, Properties: {SecretId: !Ref Unknown}}",
    ),
]


def _found(folder: Path, template: str, part: str, rule: str) -> list[str]:
    file = folder / "template.yaml"
    file.write_text(textwrap.dedent(template).format(part))
    return [finding.message for finding in check(load([file]), [all_rules()[rule]])]


@pytest.mark.parametrize(("rule", "template", "part"), LOUD)
def test_fires(rule: str, template: str, part: str, tmp_path: Path) -> None:
    assert len(_found(tmp_path, template, part, rule)) == 1


@pytest.mark.parametrize(("rule", "template", "part"), SILENT)
def test_is_silent(rule: str, template: str, part: str, tmp_path: Path) -> None:
    assert _found(tmp_path, template, part, rule) == []


def test_policies_of_sam_functions_are_found_at_the_function(tmp_path: Path) -> None:
    (tmp_path / "sam.yaml").write_text(
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Policies:
                - AdministratorAccess
                - SQSPollerPolicy: {QueueName: orders}
                - Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b'}
        """
    )
    rules = [all_rules()["wildcard-action"], all_rules()["admin-policy"], all_rules()["wildcard-resource"]]
    found = check(load([tmp_path / "sam.yaml"]), rules)
    assert {(finding.rule, finding.resource, finding.path) for finding in every(found)} == {
        ("wildcard-action", "Worker", "Properties.Policies"),
        ("admin-policy", "Worker", "Properties.Policies"),
    }


def test_boundaries_may_be_wide(tmp_path: Path) -> None:
    (tmp_path / "boundary.yaml").write_text(
        """
        Resources:
          Boundary:
            Type: AWS::IAM::ManagedPolicy
            Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}}
          Role:
            Type: AWS::IAM::Role
            Properties: {PermissionsBoundary: !Ref Boundary, AssumeRolePolicyDocument: {Statement: []}}
        """
    )
    assert check(load([tmp_path / "boundary.yaml"]), [all_rules()["wildcard-action"]]) == []


def test_actions_are_those_that_need_a_resource() -> None:
    table = {"resource_type": "table", "required": True}
    privileges = {
        "PutItem": {"access_level": "Write", "resource_types": {"table": table}},
        "DescribeTable": {"access_level": "Read", "resource_types": {"table": table}},
        "Export": {"access_level": "Write", "resource_types": {"table": {**table, "required": False}}},
    }
    assert extracted({"dynamodb": {"privileges": privileges}, "version": 1}) == {"dynamodb": "PutItem"}


@pytest.mark.parametrize(
    ("action", "known"),
    [
        ("dynamodb:putitem", ("dynamodb:PutItem",)),
        ("sqs:SendM*", ("sqs:SendMessage",)),
        ("cloudwatch:PutMetricData", ()),
        ("unheard:Of", ()),
        ("nonsense", ()),
    ],
)
def test_wildcards_mean_the_actions_that_match(action: str, known: tuple[str, ...]) -> None:
    assert limitable(action) == known
