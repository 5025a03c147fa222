"""Our own stacks as the graph reads them: every resource, nothing dangling, the edges of the file pipeline."""

import json
from pathlib import Path

import pytest

from wellmade.graph import Attribute, Edge, Graph, Kind, Unknown, attributes, load

pytestmark = pytest.mark.scan


@pytest.fixture(scope="module")
def graph(assembly: Path) -> Graph:
    return load([assembly])


def test_every_resource_is_there(graph: Graph, assembly: Path) -> None:
    written = {
        f"{file.name.removesuffix('.template.json')}/{logical_id}": resource["Type"]
        for file in assembly.glob("*.template.json")
        for logical_id, resource in json.loads(file.read_text())["Resources"].items()
    }
    assert {key: resource.type for key, resource in graph.resources.items()} == written


def test_every_line_is_the_one_of_the_resource(graph: Graph) -> None:
    for resource in graph.resources.values():
        line = resource.template.read_text().splitlines()[resource.line - 1]
        assert line.strip().startswith(f'"{resource.logical_id}"')


def test_no_reference_dangles(graph: Graph) -> None:
    for resource in graph.resources.values():
        properties = dict(resource.properties)
        referred = {attribute.resource_id for attribute in attributes(properties)}
        assert referred <= set(graph.resources)
        assert not [value for value in leaves(properties) if isinstance(value, Unknown)]


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for entry in value.values() for leaf in leaves(entry)]
    if isinstance(value, list):
        return [leaf for entry in value for leaf in leaves(entry)]
    return [value]


def one(graph: Graph, kind: str, part: str) -> str:
    (found,) = (
        resource.id
        for resource in graph.of_type(kind)
        if resource.stack == "file-pipeline" and part in resource.logical_id
    )
    return found


def test_the_edges_of_the_file_pipeline(graph: Graph) -> None:
    inbox, results, quarantine = (
        one(graph, "AWS::S3::Bucket", part) for part in ("Inbox", "Results", "Quarantine")
    )
    failed = one(graph, "AWS::SQS::Queue", "DeadLetterQueue")
    [queue] = [
        queue.id
        for queue in graph.of_type("AWS::SQS::Queue")
        if queue.stack == "file-pipeline" and queue.id != failed
    ]
    worker = one(graph, "AWS::Lambda::Function", "Ingest")
    rows, claims = (one(graph, "AWS::DynamoDB::Table", part) for part in ("Rows", "Claims"))
    flows = {
        (edge.source.id, edge.kind, edge.target.id)
        for edge in graph.edges()
        if edge.source.stack == "file-pipeline"
    }
    assert {
        (inbox, Kind.PUBLISHES, queue),
        (queue, Kind.POLLS, worker),
        (queue, Kind.DEAD_LETTERS, failed),
        (worker, Kind.READS, inbox),
        (worker, Kind.WRITES, results),
        (worker, Kind.WRITES, quarantine),
        (worker, Kind.WRITES, rows),
        (worker, Kind.WRITES, claims),
        (worker, Kind.ASSUMES, one(graph, "AWS::IAM::Role", "Ingest")),
    } <= flows
    assert (worker, Kind.WRITES, inbox) not in flows


def test_the_notifications_tell_their_prefix_and_suffix(graph: Graph) -> None:
    inbox = graph.resources[one(graph, "AWS::S3::Bucket", "Inbox")]
    notifications = graph.edges(Kind.PUBLISHES, source=inbox)
    assert {(edge.detail["prefix"], edge.detail["suffix"]) for edge in notifications} == {
        ("incoming/", ".csv"),
        ("incoming/", ".jsonl"),
    }


def test_every_alarm_guards_something_and_tells_somebody(graph: Graph) -> None:
    for alarm in graph.of_type("AWS::CloudWatch::Alarm"):
        if alarm.get("Namespace") in {"AWS/ElastiCache", "AWS/WAFV2", "Wellmade"}:
            continue  # their dimensions are names that no reference gives: `<group>-001`, a service's name
        kinds = {edge.kind for edge in graph.edges(source=alarm)}
        # What starts the first task of a sleeping worker tells a scaling policy instead of people.
        assert kinds in ({Kind.GUARDS, Kind.PUBLISHES}, {Kind.GUARDS, Kind.INVOKES_ASYNC}), alarm


def test_every_bucket_and_queue_has_a_policy(graph: Graph) -> None:
    for resource in graph.of_type("AWS::S3::Bucket", "AWS::SQS::Queue"):
        assert graph.policies_on(resource), resource


def test_networkx_sees_the_same(graph: Graph) -> None:
    assert set(graph.network.nodes) == set(graph.resources)
    assert graph.network.number_of_edges() == len(graph.edges())
    assert all(isinstance(data["edge"], Edge) for _, _, data in graph.network.edges(data=True))


def test_the_environment_of_the_worker_names_its_tables(graph: Graph) -> None:
    worker = graph.resources[one(graph, "AWS::Lambda::Function", "Ingest")]
    named = {
        value.resource_id for value in graph.environment_of(worker).values() if isinstance(value, Attribute)
    }
    assert one(graph, "AWS::DynamoDB::Table", "Rows") in named
