"""EventBridge: rules on buses and their targets."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.notifications import tells_events
from wellmade.graph.edges.source import Source, handing_on, to
from wellmade.graph.joining import document
from wellmade.graph.resource import Resource
from wellmade.graph.values import Value, as_list, as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _rule(graph: "Graph", rule: Resource) -> Iterator[Edge]:
    yield from _from_buckets(graph, rule)
    bus = graph.target(rule.get("EventBusName"), "AWS::Events::EventBus")
    if bus:
        yield Edge(bus, rule, Kind.ROUTES, rule, {"pattern": document(rule.get("EventPattern"))})
    for entry in map(as_mapping, as_list(rule.get("Targets"))):
        detail = _detail(rule, entry)
        for found in _targets(entry):
            yield from handing_on(graph, rule, found, rule, detail)
        yield from to(graph, rule, detail["dead_letter"], Kind.DEAD_LETTERS, rule)


def _from_buckets(graph: "Graph", rule: Resource) -> Iterator[Edge]:
    """A bucket that tells EventBridge reaches the rules that name it, and those that name no bucket."""
    pattern = as_mapping(document(rule.get("EventPattern")))
    if "aws.s3" not in as_list(pattern.get("source")):
        return
    named = as_list(as_mapping(as_mapping(as_mapping(pattern.get("detail")).get("bucket"))).get("name"))
    found = [graph.target(value, "AWS::S3::Bucket") for value in named]
    for bucket in found if named else graph.of_type("AWS::S3::Bucket"):
        if bucket and tells_events(bucket):
            yield Edge(bucket, rule, Kind.ROUTES, bucket, {"pattern": pattern})


def _targets(entry: Mapping[str, Value]) -> Iterator[Value]:
    """A target that runs a task names the cluster, and the task definition besides."""
    task = as_mapping(entry.get("EcsParameters")).get("TaskDefinitionArn")
    yield entry.get("Arn") if task is None else task


def _detail(rule: Resource, entry: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "pattern": document(rule.get("EventPattern")),
        "schedule": rule.get("ScheduleExpression"),
        "dead_letter": as_mapping(entry.get("DeadLetterConfig")).get("Arn"),
        "retry": entry.get("RetryPolicy"),
        "target": entry,
    }


SOURCES: dict[str, Source] = {"AWS::Events::Rule": _rule}
