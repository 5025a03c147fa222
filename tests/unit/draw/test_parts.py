from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.unit.draw.templates import QUEUE_WORKER
from wellmade.draw.around import around
from wellmade.draw.difference import difference
from wellmade.draw.icons import icon_of
from wellmade.draw.mermaid import as_mermaid
from wellmade.draw.picture import Picture, Status
from wellmade.errors import WellmadeError
from wellmade.graph import Graph

Drawn = Callable[..., Picture]


def titles(picture: Picture) -> set[str]:
    return {box.title for box in picture.boxes.values()}


@pytest.mark.parametrize(
    ("hops", "near"),
    [
        (1, {"Jobs", "Worker", "Rows"}),
        (2, {"Inbox", "Jobs", "Dead", "Worker", "Rows"}),
    ],
)
def test_around_a_resource(drawn: Drawn, hops: int, near: set[str]) -> None:
    assert titles(around(drawn(QUEUE_WORKER), "Worker", hops)) == near


@pytest.mark.parametrize("name", ["app/Worker", "Work", "app/Work"])
def test_a_resource_is_found_by_id_or_the_start_of_its_logical_id(drawn: Drawn, name: str) -> None:
    assert "Rows" in titles(around(drawn(QUEUE_WORKER), name))


def test_around_nothing_is_told(drawn: Drawn) -> None:
    with pytest.raises(WellmadeError) as refused:
        around(drawn(QUEUE_WORKER), "Nobody")
    assert str(refused.value) == (
        "--around must name one box, got 'Nobody': no such box at this level; "
        "take one of app/Dead, app/Inbox, app/Jobs, app/Rows, app/Worker"
    )


def test_a_change_marks_what_came_went_and_changed(graph_of: Callable[..., Graph]) -> None:
    changed = deepcopy(QUEUE_WORKER)
    changed["Resources"]["Archive"] = {"Type": "AWS::S3::Bucket"}
    changed["Resources"]["Worker"]["Properties"]["MemorySize"] = 512
    del changed["Resources"]["Jobs"]["Properties"]["RedrivePolicy"]
    del changed["Resources"]["Dead"]
    picture = difference(graph_of(QUEUE_WORKER), graph_of(changed))
    status = {box.title: box.status for box in picture.boxes.values()}
    assert status == {
        "Archive": Status.ADDED,
        "Dead": Status.REMOVED,
        "Jobs": Status.CHANGED,
        "Worker": Status.CHANGED,
        "Inbox": Status.SAME,
        "Rows": Status.SAME,
    }
    gone = [each for each in picture.arrows if each.status is Status.REMOVED]
    assert [each.target for each in gone] == ["app/Dead"]


def test_the_only_stack_of_both_is_the_same_whatever_its_file_is_called(
    graph_of: Callable[..., Graph],
) -> None:
    changed = deepcopy(QUEUE_WORKER)
    changed["Resources"]["Worker"]["Properties"]["MemorySize"] = 512
    picture = difference(graph_of(QUEUE_WORKER, "main"), graph_of(changed, "branch"))
    assert {box.title: box.status for box in picture.boxes.values() if box.status is not Status.SAME} == {
        "Worker": Status.CHANGED
    }
    assert {arrow.status for arrow in picture.arrows} == {Status.SAME}


def test_no_change_marks_nothing(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(QUEUE_WORKER)
    picture = difference(graph, graph)
    assert {box.status for box in picture.boxes.values()} == {Status.SAME}
    assert {arrow.status for arrow in picture.arrows} == {Status.SAME}


def test_mermaid_has_every_box_and_arrow(drawn: Drawn) -> None:
    written = as_mermaid(drawn(QUEUE_WORKER), "right")
    assert written.splitlines() == [
        "flowchart LR",
        '  subgraph n0_stack["app"]',
        '    n0[("Inbox<br/>S3 bucket")]',
        '    n1[["Jobs<br/>SQS queue"]]',
        '    n2[["Dead<br/>SQS queue"]]',
        '    n3["Worker<br/>Lambda function"]',
        '    n4[("Rows<br/>DynamoDB table")]',
        "  end",
        "  n0 ==> n1",
        "  n1 -.->|dead letter| n2",
        "  n1 -.->|poll| n3",
        "  n3 --> n4",
    ]


def test_mermaid_marks_what_came_what_went_and_what_is_another(graph_of: Callable[..., Graph]) -> None:
    changed = deepcopy(QUEUE_WORKER)
    changed["Resources"]["Later"] = changed["Resources"].pop("Dead")
    del changed["Resources"]["Jobs"]["Properties"]["RedrivePolicy"]
    written = as_mermaid(difference(graph_of(QUEUE_WORKER, "main"), graph_of(changed, "branch")))
    marks = [
        line.split(" fill")[0] for line in written.splitlines() if "class" in line or "linkStyle" in line
    ]
    assert marks == [
        "  classDef added",
        "  class n4 added",
        "  classDef removed",
        "  class n5 removed",
        "  classDef changed stroke-width:3px",
        "  class n1 changed",
        "  linkStyle 3 stroke:#c92a2a,stroke-width:3px",
    ]


@pytest.mark.parametrize(
    ("kind", "icon"),
    [
        ("AWS::Serverless::Function", "lambda"),
        ("AWS::Serverless::Api", "apigateway"),
        ("AWS::Serverless::HttpApi", "apigateway"),
        ("AWS::Serverless::SimpleTable", "dynamodb"),
        ("AWS::Serverless::StateMachine", "stepfunctions"),
        ("AWS::SQS::Queue", "simplequeueservice"),
        ("AWS::Lambda::Function", "lambda"),
    ],
)
def test_a_type_has_the_icon_of_its_service(kind: str, icon: str) -> None:
    names = ("lambda", "apigateway", "dynamodb", "stepfunctions", "simplequeueservice")
    assert icon_of(kind, {each: each for each in names}) == icon


def test_signs_of_mermaid_in_names_are_written_as_numbers(drawn: Drawn) -> None:
    resource = {"Type": "AWS::SQS::Queue", "Metadata": {"aws:cdk:path": 'app/a"]<b>;#`/Resource'}}
    written = as_mermaid(drawn({"Resources": {"A": resource}}))
    assert 'n0[["a#34;]#60;b#62;#59;#35;#96;<br/>SQS queue"]]' in written
