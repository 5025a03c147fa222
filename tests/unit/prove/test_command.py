"""`wellmade prove` on small templates, with calls as they would be recorded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.support import call, record
from wellmade.cli import main

TEMPLATE = """
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: !GetAtt Queue.Arn}]
  Queue: {Type: AWS::SQS::Queue}
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Worker}
  Refuse:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Inbox
      PolicyDocument:
        Statement:
          - {Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: !Sub "${Inbox.Arn}/secret/*"}
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.14
      Handler: mine.handler.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {TABLE_NAME: !Ref Table}}
  Role:
    Type: AWS::IAM::Role
    Metadata:
      wellmade: {calls: [{actions: ["logs:PutLogEvents"], calledBy: the runtime writes the log}]}
    Properties:
      Policies:
        - PolicyName: Handler
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*"}
              - Effect: Allow
                Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
                Resource: !GetAtt Queue.Arn
              - {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Table.Arn}
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Inbox.Arn}/*"}
"""
PUT = call("dynamodb", "PutItem", TableName="rows", Item={})
GET = call("s3", "GetObject", Bucket="drop", Key="a.csv")


@pytest.fixture
def prove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, Any]]]:
    monkeypatch.chdir(tmp_path)

    def run(*calls: dict[str, Any], template: str = TEMPLATE) -> tuple[int, dict[str, Any]]:
        (tmp_path / "stack.yaml").write_text(template)
        recording = record(tmp_path, *calls, variables={"TABLE_NAME": "rows"})
        code = main(["prove", "stack.yaml", "--calls", str(recording), "--format", "json"])
        [report] = json.loads(capsys.readouterr().out)["functions"]
        return code, report

    return run


def test_names_of_tests_are_joined_by_variables_and_by_what_is_upstream(prove: Callable[..., Any]) -> None:
    code, report = prove(PUT, GET)
    assert (code, report["proven"], report["calls"]) == (0, True, 2)


def test_a_bucket_whose_events_come_by_a_rule_is_upstream_too(prove: Callable[..., Any]) -> None:
    told = """        QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: !GetAtt Queue.Arn}]
"""
    rule = """  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3], detail: {bucket: {name: [!Ref Inbox]}}}
      Targets: [{Id: Queue, Arn: !GetAtt Queue.Arn}]
"""
    by_rule = TEMPLATE.replace(told, "        EventBridgeConfiguration: {EventBridgeEnabled: true}\n") + rule
    code, report = prove(PUT, GET, template=by_rule)
    assert (code, report["proven"], report["calls"]) == (0, True, 2)


def test_a_call_beside_the_grant_is_denied(prove: Callable[..., Any]) -> None:
    code, report = prove(PUT, GET, {**PUT, "parameters": {"TableName": "other", "Item": {}}})
    assert code == 1
    assert [each["resource"].rpartition("/")[2] for each in report["denied"]] == ["other"]


def test_a_resource_policy_denies_what_the_role_allows(prove: Callable[..., Any]) -> None:
    _, report = prove(PUT, GET, {**GET, "parameters": {"Bucket": "drop", "Key": "secret/b.csv"}})
    assert [each["action"] for each in report["denied"]] == ["s3:GetObject"]


def test_a_boundary_denies_what_the_role_allows(prove: Callable[..., Any]) -> None:
    bounded = TEMPLATE.replace(
        "    Properties:\n      Policies:",
        "    Properties:\n      PermissionsBoundary: !Ref Bound\n      Policies:",
    )
    bound = """  Bound:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: ["s3:*", "logs:*", "sqs:*"], Resource: "*"}]}
"""
    _, report = prove(PUT, GET, template=bounded + bound)
    assert [each["action"] for each in report["denied"]] == ["dynamodb:PutItem"]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_name_between_colons_is_printed_as_it_is(
    prove: Callable[..., Any], capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """Of `:secret:` Rich would make a picture."""
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-??????"
    prove(PUT, GET)
    granted = f'- {{Effect: Allow, Action: "secretsmanager:GetSecretValue", Resource: "{secret}"}}\n'
    log = '- {Effect: Allow, Action: ["logs:CreateLogStream"'
    Path("stack.yaml").write_text(TEMPLATE.replace(log, f"{granted}              {log}"))
    assert main(["prove", "stack.yaml", "--calls", "calls.json", "--format", form]) == 1
    assert secret in capsys.readouterr().out


def test_a_grant_without_calls_is_unused(prove: Callable[..., Any]) -> None:
    code, report = prove(PUT)
    assert code == 1
    assert [each["action"] for each in report["unused"]] == ["s3:GetObject"]


def test_a_handler_that_was_not_tested_is_told_by_its_code_alone(prove: Callable[..., Any]) -> None:
    code, report = prove()
    assert (code, report["witness"], report["verdict"]) == (1, "code", "not proven")
    assert [each["action"] for each in report["unused"]] == ["dynamodb:PutItem", "s3:GetObject"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["stack.yaml", "--calls", "nothing.json"],
            "nothing.json: No such file or directory; write it with pytest",
        ),
        (["stack.yaml", "--calls", "stack.yaml"], "stack.yaml: is no recording; write it with pytest"),
        (["stack.yaml", "--tests", "nothing"], "--tests must be a file or a folder of tests, got nothing"),
        (
            ["empty.yaml", "--calls", "calls.json"],
            "PATH must hold a Lambda function, a task with a role or a state machine, found none",
        ),
    ],
)
def test_wrong_input_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("stack.yaml").write_text(TEMPLATE)
    Path("empty.yaml").write_text("Resources:\n  Topic: {Type: AWS::SNS::Topic}\n")
    Path("calls.json").write_text('{"version": 2, "root": ".", "calls": [], "variables": {}}')
    assert main(["prove", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_unknown_operation_is_a_row_and_the_rest_is_judged(prove: Callable[..., Any]) -> None:
    code, report = prove(PUT, GET, call("dynamodb", "MakeCoffee"))
    assert (code, report["verdict"], report["denied"], report["unused"]) == (1, "not judged", [], [])
    [row] = report["not_judged"]
    assert row["what"] == "dynamodb:MakeCoffee"
    assert "boto3 has no such operation" in row["reason"]


def test_without_a_local_cloud_its_calls_cannot_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stack.yaml").write_text(TEMPLATE)
    assert main(["prove", "stack.yaml", "--local"]) == 2
    assert "no embedded AWS runs in this folder; start one with: wellmade local up" in capsys.readouterr().err


def test_a_reference_whose_arn_nobody_knows_leaves_the_rest_of_the_policy_judged(
    prove: Callable[..., Any],
) -> None:
    """Also a layer's version, whose reference is its ARN."""
    grants = """              - {Effect: Allow, Action: "lambda:GetLayerVersion", Resource: !Ref Layer}
              - {Effect: Allow, Action: "custom:Do", Resource: !Ref Strange}
"""
    more = """  Layer: {Type: AWS::Serverless::LayerVersion}
  Strange: {Type: "Custom::Strange"}
"""
    _, report = prove(PUT, GET, template=TEMPLATE.replace("Resources:\n", f"Resources:\n{more}") + grants)
    assert report["denied"] == []
    assert "lambda:GetLayerVersion" in {each["action"] for each in report["unused"]}
