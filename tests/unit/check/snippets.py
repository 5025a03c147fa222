"""Snippets of templates that the tests of rules put together."""

from pathlib import Path

from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

FUNCTION = """
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 30%s}"""
MAPPING = """
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: %s}"""
QUEUE = """
  Orders:
    Type: AWS::SQS::Queue
    Properties: {%s}"""
FAILED = """
  Failed:
    Type: AWS::SQS::Queue
    Properties: {%s}"""
REDRIVE = "RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}"
SAM = """
Transform: AWS::Serverless-2016-10-31
Conditions: {Large: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:"""
SQS, KINESIS = "arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:kinesis:eu-west-1:111122223333:stream/x"

BUS = "\n  Shop: {Type: AWS::Events::EventBus, Properties: {Name: shop}}"
RULE = """
  Placed:
    Type: AWS::Events::Rule
    Properties: {%s, Targets: [{Id: one, Arn: !GetAtt %s.Arn%s}]}"""
PATTERN = "EventPattern: {source: [shop.orders]}"
CATCH = ", DeadLetterConfig: {Arn: !GetAtt Failed.Arn}"
KEEPS = ", DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}"
BUCKET = """
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: uploads-111122223333
      NotificationConfiguration: {%s}"""
NOTIFIED = "LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Worker.Arn%s}]"
FILTER = ", Filter: {S3Key: {Rules: [{Name: %s, Value: %s}]}}"
ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}}]}"""
WITH_ROLE = ", Role: !GetAtt Role.Arn%s"
KEYS = "arn:aws:s3:::uploads-111122223333/%s"
TOPIC = """
  Told:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Worker.Arn}]}"""
TABLE = (
    "\n  Table: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}"
)
STREAM = """
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties: {%s}"""
FIREHOSE = """
  Archive:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties: {ExtendedS3DestinationConfiguration: {BucketARN: 'arn:aws:s3:::archive'%s}}"""
SCHEDULE = """
  Job:
    Type: AWS::Scheduler::Schedule
    Properties: {ScheduleExpression: %s, Target: {Arn: !GetAtt Worker.Arn%s}}"""
FLOW = """
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties: {StateMachineType: %s, Definition: {StartAt: A%s, States: {%s}}}"""
TASK = "{Type: Task, Resource: !GetAtt Worker.Arn, %s}"
SAM_EVENT = """
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Events: {In: {Type: %s, Properties: {%s}}}%s"""


def findings(tmp_path: Path, rule_id: str, resources: str) -> list[str]:
    """Return what one rule finds in a template of these resources."""
    file = tmp_path / "template.yaml"
    file.write_text(f"{SAM}\n{resources}\n")
    return [f"{finding.resource} {finding.message}" for finding in check(load([file]), [rule_of(rule_id)])]
