"""What functions answer to a pipe: which messages have failed, and that there is nothing for the target."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {Service: [lambda.amazonaws.com, pipes.amazonaws.com]}
      Policies:
        - PolicyName: work
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["sqs:*", "lambda:InvokeFunction"], Resource: "*"}]
  Failed: {Type: AWS::SQS::Queue}
  Worked:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 1}
  Works:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          def handler(messages, context):
              bad = [each["messageId"] for each in messages if each["body"] == "bad"]
              return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
  Working:
    Type: AWS::Pipes::Pipe
    Properties: {RoleArn: !GetAtt Role.Arn, Source: !GetAtt Worked.Arn, Target: !GetAtt Works.Arn}
  Sifted: {Type: AWS::SQS::Queue}
  Kept: {Type: AWS::SQS::Queue}
  Sifts:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import json
          def handler(messages, context):
              return json.loads(messages[0]["body"])
  Sifting:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt Role.Arn
      Source: !GetAtt Sifted.Arn
      SourceParameters: {SqsQueueParameters: {BatchSize: 1}}
      Enrichment: !GetAtt Sifts.Arn
      Target: !GetAtt Kept.Arn
Outputs:
  Worked: {Value: !Ref Worked}
  Failed: {Value: !Ref Failed}
  Sifted: {Value: !Ref Sifted}
  Kept: {Value: !Ref Kept}
"""


@pytest.fixture(scope="module")
def queues(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    file: Path = tmp_path_factory.mktemp("answers") / "answers.yaml"
    file.write_text(TEMPLATE)
    return deploy_templates(cloud, [file], parameters={}, report=print).outputs["answers"]


def bodies(cloud: LocalCloud, url: str) -> list[str]:
    found = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in found.get("Messages", [])]


def test_what_a_target_says_has_failed_comes_again(
    cloud: LocalCloud, queues: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    entries = [{"Id": body, "MessageBody": body} for body in ("good", "bad")]
    cloud.client("sqs").send_message_batch(QueueUrl=queues["Worked"], Entries=entries)

    eventually(lambda: bodies(cloud, queues["Failed"]), seconds=30)

    assert bodies(cloud, queues["Failed"]) == ["bad"]


@pytest.mark.parametrize("nothing", ["{}", "[]", '""'])
def test_an_empty_answer_of_an_enrichment_is_for_nobody(
    cloud: LocalCloud, queues: Mapping[str, str], eventually: Callable[..., None], nothing: str
) -> None:
    kept = json.dumps({"after": nothing})
    for body in (nothing, f"[{kept}]"):
        cloud.client("sqs").send_message(QueueUrl=queues["Sifted"], MessageBody=body)

    eventually(lambda: kept in bodies(cloud, queues["Kept"]), seconds=30)

    assert all("after" in body for body in bodies(cloud, queues["Kept"]))
