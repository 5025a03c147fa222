"""What tasks of a Step Functions definition call, wherever the definition stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wellmade.graph import Graph, load

RESOURCES = """
Resources:
  F: {Type: AWS::Lambda::Function}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  Table: {Type: AWS::DynamoDB::Table}
  Bus: {Type: AWS::Events::EventBus}
  Task: {Type: AWS::ECS::TaskDefinition}
  Inner: {Type: AWS::StepFunctions::StateMachine}
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
"""


def task(resource: str, parameters: str = "{}") -> str:
    return f"{{Type: Task, Resource: {resource}, Parameters: {parameters}}}"


CASES: dict[str, tuple[str, set[tuple[str, str, str]]]] = {
    "function": (
        task("'arn:aws:states:::lambda:invoke'", "{FunctionName: !GetAtt F.Arn}"),
        {("INVOKES_SYNC", "F", "answer")},
    ),
    "function by its own ARN": (task("!GetAtt F.Arn"), {("INVOKES_SYNC", "F", "answer")}),
    "function without waiting": (
        task("'arn:aws:states:::lambda:invoke'", "{FunctionName: !Ref F, InvocationType: Event}"),
        {("INVOKES_ASYNC", "F", "answer")},
    ),
    "queue with a token": (
        task("'arn:aws:states:::sqs:sendMessage.waitForTaskToken'", "{QueueUrl: !Ref Q}"),
        {("PUBLISHES", "Q", "token")},
    ),
    "topic": (task("'arn:aws:states:::sns:publish'", "{TopicArn: !Ref T}"), {("PUBLISHES", "T", "answer")}),
    "table read and written": (
        "{Type: Parallel, Branches: [{States: {R: "
        + task("'arn:aws:states:::dynamodb:getItem'", "{TableName: !Ref Table}")
        + "}}, {States: {W: "
        + task("'arn:aws:states:::aws-sdk:dynamodb:putItem'", "{TableName: !Ref Table}")
        + "}}]}",
        {("READS", "Table", "answer"), ("WRITES", "Table", "answer")},
    ),
    "events": (
        task("'arn:aws:states:::events:putEvents'", "{Entries: [{EventBusName: !Ref Bus}]}"),
        {("PUBLISHES", "Bus", "answer")},
    ),
    "task in a map, waited for": (
        "{Type: Map, ItemProcessor: {States: {X: "
        + task("'arn:aws:states:::ecs:runTask.sync'", "{TaskDefinition: !Ref Task}")
        + "}}}",
        {("INVOKES_SYNC", "Task", "completion")},
    ),
    "inner execution, waited for": (
        task("'arn:aws:states:::states:startExecution.sync:2'", "{StateMachineArn: !Ref Inner}"),
        {("INVOKES_SYNC", "Inner", "completion")},
    ),
    "inner execution": (
        task("'arn:aws:states:::states:startExecution'", "{StateMachineArn: !Ref Inner}"),
        {("INVOKES_ASYNC", "Inner", "answer")},
    ),
    "arguments in JSONata": (
        "{Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage', Arguments: {QueueUrl: !Ref Q}}",
        {("PUBLISHES", "Q", "answer")},
    ),
}


def called(graph: Graph) -> set[tuple[str, str, str]]:
    edges = graph.edges(source=graph.resources["s/M"])
    return {(edge.kind.name, edge.target.logical_id, edge.detail["waits"]) for edge in edges}


@pytest.mark.parametrize(("state", "expected"), CASES.values(), ids=CASES)
def test_tasks(read: Callable[..., Graph], state: str, expected: set[tuple[str, str, str]]) -> None:
    assert called(read(s=f"{RESOURCES}      Definition: {{States: {{First: {state}}}}}")) == expected


@pytest.mark.parametrize(
    "definition",
    [
        """DefinitionString: !Sub '{"States": {"A": {"Type": "Task", "Resource": "${F.Arn}"}}}'""",
        """DefinitionString: !Join ['', ['{"States":{"A":{"Type":"Task","Resource":"', !GetAtt F.Arn, '"}}}']]""",
        """{DefinitionString: '{"States": {"A": {"Type": "Task", "Resource": "${Fn}"}}}', DefinitionSubstitutions: {Fn: !GetAtt F.Arn}}""",
    ],
    ids=["sub", "join", "substitutions"],
)
def test_definitions_as_text(read: Callable[..., Graph], definition: str) -> None:
    assert called(read(s=f"{RESOURCES}      {definition}")) == {("INVOKES_SYNC", "F", "answer")}


def test_a_definition_beside_a_sam_template(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text(
        '{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", '
        '"Parameters": {"QueueUrl": "${Queue}"}}}}'
    )
    (tmp_path / "s.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  Q: {Type: AWS::SQS::Queue}\n"
        "  M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: machine.asl.json, "
        "DefinitionSubstitutions: {Queue: !Ref Q}}}\n"
    )
    edges = load([tmp_path / "s.yaml"]).edges()
    assert ("M", "PUBLISHES", "Q") in {
        (edge.source.logical_id, edge.kind.name, edge.target.logical_id) for edge in edges
    }


def test_a_definition_that_nobody_can_read_makes_no_edge(read: Callable[..., Graph]) -> None:
    assert called(read(s=f"{RESOURCES}      DefinitionString: '{{'")) == set()
