"""Faults that people reported in public, each as one template with the right and the wrong text of one place.

`[[right||wrong]]` marks the place. All were written here after the reports; nothing was copied.
"""

from typing import NamedTuple

PARTS = {
    "function": """
  F:
    Type: AWS::Lambda::Function
    Properties:
      {Role: !GetAtt R.Arn, Runtime: python3.13, Handler: a.b, Code: {S3Bucket: c, S3Key: d}, %s}""",
    "role": """
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Deny, Action: iam:CreateUser, Resource: "*"}%s]}}]""",
    "permission": """
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: %s.amazonaws.com, SourceArn: %s}""",
    "queue": "\n  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 0, %s}}",
    "queue policy": """
  QP:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Q]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Q.Arn}]}""",
    "key": """
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: kms:*, Resource: "*"}%s""",
    "task": """
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt E.Arn
      ContainerDefinitions: [{Name: c, Image: "public.ecr.aws/a/b:1", %s}]
  E:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Deny, Action: iam:CreateUser, Resource: "*"}%s]}}]""",
    "machine": """
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt R.Arn
      Definition: {StartAt: S, States: {S: {Type: Task, Resource: "arn:aws:states:::%s", Parameters: %s, End: true}}}%s""",
    "topic policy": """
  TP:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref N]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: sns:Publish, Resource: !Ref N}]}""",
    "alarm": """
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: Shop, MetricName: m, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1,
      ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref N]}
  N: {Type: AWS::SNS::Topic, Properties: {DisplayName: alarms, %s}}""",
    "rule": """
  W:
    Type: AWS::Events::Rule
    Properties: {EventPattern: {source: [shop]}, Targets: [{Id: t, Arn: %s, %s}]}""",
    "method": """
  G: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  H:
    Type: AWS::ApiGateway::Method
    Properties:
      {RestApiId: !Ref G, ResourceId: !GetAtt G.RootResourceId, HttpMethod: %s, AuthorizationType: NONE,
       Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST,
         Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}}""",
    "pipe": """
  I:
    Type: AWS::Pipes::Pipe
    Properties: {RoleArn: !GetAtt R.Arn, Source: %s, Target: %s, %s}""",
    "bucket": "\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-photos, NotificationConfiguration: %s}}",
}


class Pair(NamedTuple):
    """One report, the rule that finds the fault, and the template with its place."""

    report: str
    rule: str
    template: str


def part(name: str, *values: str) -> str:
    """Return a part of a template with its places filled."""
    return PARTS[name] % values


def allow(actions: str, resource: str) -> str:
    """Return a statement that is there on the right side only."""
    return f"[[, {{Effect: Allow, Action: [{actions}], Resource: {resource}}}||]]"


def always(actions: str, resource: str) -> str:
    """Return a statement that is there on both sides."""
    return f", {{Effect: Allow, Action: [{actions}], Resource: {resource}}}"


def sides(template: str) -> tuple[str, str]:
    """Return the right and the wrong template."""
    right, wrong = "", ""
    for index, piece in enumerate(template.replace("]]", "[[").split("[[")):
        good, _, bad = piece.partition("||") if index % 2 else (piece, "", piece)
        right, wrong = right + good, wrong + bad
    return f"Resources:{right}\n", f"Resources:{wrong}\n"
