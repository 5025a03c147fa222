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


def test_what_only_an_execution_tells_is_neither_denied_nor_a_pass(prove: Callable[..., Any]) -> None:
    """A table's name that arrives in the input may be any; the grant may be what it uses."""
    code, machine = prove(TEMPLATE.replace("TableName: !Ref Table", "TableName.$: $.table"))
    assert (code, machine["verdict"], machine["denied"], machine["unused"]) == (1, "not judged", [], [])
    assert "TableName in state Put" in machine["reason"]


MAP = """
          Each:
            Type: Map
            Next: Run
            ItemReader:
              Resource: arn:aws:states:::s3:getObject
              Parameters: {Bucket: !Ref Files, Key: "in.csv"}
            ResultWriter:
              Resource: arn:aws:states:::s3:putObject
              Parameters: {Bucket: !Ref Files, Prefix: out}
"""
FILES = "  Files: {Type: AWS::S3::Bucket}\n  Role:\n    Type: AWS::IAM::Role"
READS = '              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Files.Arn}/in.csv"}\n'
WRITES = """              - Effect: Allow
                Action: ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
                Resource: !Sub "${Files.Arn}/out/*"
"""
DISTRIBUTED = TEMPLATE.replace(
    "\n          Each:\n            Type: Map\n            Next: Run\n", MAP
).replace("  Role:\n    Type: AWS::IAM::Role", FILES)


def test_what_a_map_reads_and_writes_is_needed_and_used(prove: Callable[..., Any]) -> None:
    _, machine = prove(DISTRIBUTED + READS + WRITES)
    assert (machine["denied"], machine["unused"], machine["verdict"]) == ([], [], "proven")
    _, machine = prove(DISTRIBUTED)
    assert {each["action"] for each in machine["denied"]} == {
        "s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload",
    }  # fmt: skip


def test_a_file_that_an_event_names_is_not_judged(prove: Callable[..., Any]) -> None:
    template = DISTRIBUTED.replace('Bucket: !Ref Files, Key: "in.csv"', "Bucket.$: $.bucket, Key.$: $.key")
    _, machine = prove(template + READS + WRITES)
    assert (machine["denied"], machine["unused"], machine["verdict"]) == ([], [], "not judged")


def only(state: str, statements: str = "[]") -> str:
    """Return a template whose state machine has this one state."""
    return f"""
Resources:
  Waiting: {{Type: AWS::StepFunctions::Activity, Properties: {{Name: waiting}}}}
  Bucket: {{Type: AWS::S3::Bucket}}
  Api: {{Type: AWS::ApiGateway::RestApi}}
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition: {{StartAt: Only, States: {{Only: {{Type: Task, End: true, {state}}}}}}}
  Role:
    Type: AWS::IAM::Role
    Properties: {{Policies: [{{PolicyName: Steps, PolicyDocument: {{Statement: {statements}}}}}]}}
"""


API = "Resource: 'arn:aws:states:::apigateway:invoke', Parameters: {ApiEndpoint: !Sub '${Api}.execute-api.us-east-1.amazonaws.com'"
PLACED = "'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:aws-sdk:s3:getObject'"


@pytest.mark.parametrize(
    ("state", "action", "resource"),
    [
        ("Resource: !Ref Waiting", None, ""),
        (API + ", Method: GET, Stage: prod, Path: orders}", None, ""),
        (
            API + ", Method: GET, Stage: prod, Path: orders, AuthType: IAM_ROLE}",
            "execute-api:Invoke",
            "!Sub 'arn:aws:execute-api:us-east-1:*:${Api}/prod/GET/orders'",
        ),
        (
            "Resource: 'arn:aws:states:::bedrock:invokeModel', Parameters: {ModelId: amazon.nova-lite-v1:0}",
            "bedrock:InvokeModel",
            "'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'",
        ),
        (
            "Resource: 'arn:aws:states:::aws-sdk:bedrockagent:listAgents', Parameters: {}",
            "bedrock:ListAgents",
            "'*'",
        ),
        (
            "Resource: 'arn:aws:states:::aws-sdk:cloudwatchlogs:describeLogGroups', Parameters: {}",
            "logs:DescribeLogGroups",
            "'*'",
        ),
        (
            API + ", Method: GET, Path: orders/1, AuthType: IAM_ROLE}",
            "execute-api:Invoke",
            "!Sub 'arn:aws:execute-api:us-east-1:*:${Api}/$default/GET/orders/1'",
        ),
        (
            f"Resource: !Sub {PLACED}, Parameters: {{Bucket: !Ref Bucket, Key: a}}",
            "s3:GetObject",
            "!Sub '${Bucket.Arn}/a'",
        ),
        (
            f"Resource: {PLACED}, Parameters: {{Bucket: !Ref Bucket, Key: a}}",
            "s3:GetObject",
            "!Sub '${Bucket.Arn}/a'",
        ),
    ],
)
def test_a_task_needs_what_it_calls_and_no_more(
    prove: Callable[..., Any], state: str, action: str | None, resource: str
) -> None:
    statement = f'[{{Effect: Allow, Action: "{action}", Resource: {resource}}}]'
    code, machine = prove(only(state, statement if action else "[]"))
    assert (code, machine["verdict"]) == (0, "proven"), machine
    if action:
        code, machine = prove(only(state))
        assert [each["action"] for each in machine["denied"]] == [action]


@pytest.mark.parametrize(
    "state",
    [
        API + ", Method: GET, AuthType: RESOURCE_POLICY}",
        API + ", Method: GET, 'AuthType.$': $.kind}",
        "Resource: 'arn:aws:states:::apigateway:invoke', Arguments: '{% $states.input %}'",
        "Resource: 'arn:aws:states:::aws-sdk:dynamodb:batchWriteItem', Parameters: {'RequestItems.$': $.items}",
    ],
)
def test_a_task_that_does_not_tell_what_it_calls_is_not_judged(prove: Callable[..., Any], state: str) -> None:
    code, machine = prove(only(state))
    assert (code, machine["verdict"]) == (1, "not judged")
    assert "Error(" not in str(machine)


def test_what_cdk_grants_beside_a_function_is_no_finding_where_the_function_is_used(
    prove: Callable[..., Any],
) -> None:
    both = TEMPLATE.replace(
        'Action: "lambda:InvokeFunction", Resource: !GetAtt Worker.Arn',
        'Action: "lambda:InvokeFunction", Resource: [!GetAtt Worker.Arn, !Sub "${Worker.Arn}:*"]',
    )
    _, machine = prove(both)
    assert machine["verdict"] == "proven", machine["unused"]
    other = both.replace('!Sub "${Worker.Arn}:*"', '!Sub "${Worker.Arn}s:*"')
    assert [each["resource"][-9:] for each in prove(other)[1]["unused"]] == ["Workers:*"]


MODEL = "Resource: 'arn:aws:states:::bedrock:invokeModel', Parameters: {ModelId: amazon.nova-lite-v1:0, "
MAY_INVOKE = "[{Effect: Allow, Action: 'bedrock:InvokeModel', Resource: '*'}]"


def test_what_a_model_is_asked_and_answers_in_a_bucket_is_read_and_written_by_the_role(
    prove: Callable[..., Any],
) -> None:
    objects = "Input: {S3Uri: !Sub 's3://${Bucket}/in'}, Output: {S3Uri: !Sub 's3://${Bucket}/out'}}"
    _, machine = prove(only(MODEL + objects, MAY_INVOKE))
    assert [each["action"] for each in machine["denied"]] == ["s3:GetObject", "s3:PutObject"]


@pytest.mark.parametrize(
    ("state", "action", "resource"),
    [
        ("Resource: 'arn:aws:states:::dynamodb:putItem'", "dynamodb:PutItem", "table/orders"),
        ("Resource: 'arn:aws:states:::sns:publish'", "sns:Publish", "topic"),
        (
            "Resource: 'arn:aws:states:::aws-sdk:s3:getObject', Arguments: '{% $states.input %}'",
            "s3:GetObject",
            "bucket/*",
        ),
        (
            "Resource: 'arn:aws:states:::bedrock:invokeModel', Parameters: {ModelId: amazon.nova-lite-v1:0, Input: {'S3Uri.$': $.place}}",
            "s3:GetObject",
            "bucket/in",
        ),
    ],
)
def test_a_task_that_takes_its_input_acts_on_what_nobody_knows(
    prove: Callable[..., Any], state: str, action: str, resource: str
) -> None:
    service = action.partition(":")[0]
    place = ":::" if service == "s3" else ":us-east-1:${AWS::AccountId}:"
    one = f"{{Effect: Allow, Action: '{action}', Resource: !Sub 'arn:aws:{service}{place}{resource}'}}"
    code, machine = prove(only(state, f"[{one}, {MAY_INVOKE[1:-1]}]" if "bedrock" in state else f"[{one}]"))
    assert (code, machine["verdict"]) == (1, "not judged"), machine


def test_a_wait_that_nobody_knows_is_not_judged(prove: Callable[..., Any]) -> None:
    state = "Resource: 'arn:aws:states:::sagemaker:createLabelingJob.sync', Parameters: {LabelingJobName: a}"
    _, machine = prove(only(state, "[{Effect: Allow, Action: 'sagemaker:CreateLabelingJob', Resource: '*'}]"))
    assert "waits for the end" in str(machine["not_judged"])


@pytest.mark.parametrize("bus", ["'EventBusName.$': $.bus", "EventBusName: '{% $bus %}'"])
def test_what_an_execution_tells_within_a_list_is_not_judged(prove: Callable[..., Any], bus: str) -> None:
    state = f"Resource: 'arn:aws:states:::events:putEvents', Parameters: {{Entries: [{{Detail: a, DetailType: a, Source: a, {bus}}}]}}"
    granted = "!Sub 'arn:aws:events:us-east-1:${AWS::AccountId}:event-bus/default'"
    code, machine = prove(
        only(state, f"[{{Effect: Allow, Action: 'events:PutEvents', Resource: {granted}}}]")
    )
    assert (code, machine["verdict"]) == (1, "not judged")


def test_a_task_with_another_role_needs_that_role_alone(prove: Callable[..., Any]) -> None:
    role = "Credentials: {RoleArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/other'}"
    state = f"Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets', Parameters: {{}}, {role}"
    _, machine = prove(only(state))
    assert [each["action"] for each in machine["denied"]] == ["sts:AssumeRole"]
