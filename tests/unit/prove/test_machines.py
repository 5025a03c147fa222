"""State machines, proved with the calls of their own definitions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

TEMPLATE = """
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  Worker: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs24.x, Handler: index.handler}}
  Child: {Type: AWS::StepFunctions::StateMachine}
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Put
        States:
          Put:
            Type: Task
            Resource: arn:aws:states:::dynamodb:putItem
            Parameters: {TableName: !Ref Table, Item: {pk: {S.$: $.id}}}
            Next: Send
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
            Parameters: {QueueUrl: !Ref Queue, MessageBody.$: $}
            Next: Call
          Call: {Type: Task, Resource: !GetAtt Worker.Arn, Next: Each}
          Each:
            Type: Map
            Next: Run
            ItemProcessor:
              StartAt: Invoke
              States:
                Invoke:
                  Type: Task
                  Resource: arn:aws:states:::lambda:invoke
                  Parameters: {FunctionName: !GetAtt Worker.Arn}
                  Next: Tell
                Tell:
                  Type: Task
                  Resource: arn:aws:states:::sns:publish
                  Parameters: {TopicArn: !Ref Topic, Message.$: $}
                  End: true
          Run:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:sfn:startSyncExecution
            Parameters: {StateMachineArn: !Ref Child}
            End: true
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: Steps
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Table.Arn}
              - {Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}
              - {Effect: Allow, Action: "lambda:InvokeFunction", Resource: !GetAtt Worker.Arn}
              - {Effect: Allow, Action: "sns:Publish", Resource: !Ref Topic}
              - {Effect: Allow, Action: "states:StartSyncExecution", Resource: !Ref Child}
"""


@pytest.fixture
def prove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    def run(template: str) -> tuple[int, dict[str, Any]]:
        (tmp_path / "stack.yaml").write_text(template)
        code = main(["prove", str(tmp_path / "stack.yaml"), "--format", "json"])
        [machine] = json.loads(capsys.readouterr().out)["machines"]
        return code, machine

    return run


def test_what_the_definition_calls_is_all_that_the_role_holds(prove: Callable[..., Any]) -> None:
    _, machine = prove(TEMPLATE)
    assert (machine["verdict"], machine["calls"]) == ("proven", 6)


def test_a_missing_action_is_named(prove: Callable[..., Any]) -> None:
    code, machine = prove(TEMPLATE.replace('"sqs:SendMessage"', '"sqs:ReceiveMessage"'))
    assert code == 1
    assert [each["action"] for each in machine["denied"]] == ["sqs:SendMessage"]
    assert [each["action"] for each in machine["unused"]] == ["sqs:ReceiveMessage"]


def test_another_resource_is_not_enough(prove: Callable[..., Any]) -> None:
    code, machine = prove(TEMPLATE.replace("Resource: !Ref Child}", "Resource: !Ref Topic}"))
    assert code == 1
    assert [each["action"] for each in machine["denied"]] == ["states:StartSyncExecution"]


def test_a_call_that_is_not_known_proves_nothing(prove: Callable[..., Any]) -> None:
    code, machine = prove(TEMPLATE.replace("sns:publish", "glue:startJobRun.sync"))
    assert (code, machine["verdict"]) == (1, "not proven")
    assert [row["what"] for row in machine["not_judged"]] == ["glue:StartJobRun"]
