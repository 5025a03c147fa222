"""EventBridge: rules on buses and their targets."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.notifications import emits_to_eventbridge
from wellmade.graph.edges.source import Source, delivery_edges, edges_to
from wellmade.graph.resolve.joining import document
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_list, as_mapping


def _rule(index: ResourceIndex, rule: Resource) -> Iterator[Edge]:
    yield from _from_buckets(index, rule)
    bus = index.target(rule.get("EventBusName"), "AWS::Events::EventBus")
    if bus:
        yield Edge(bus, rule, Kind.ROUTES, rule, {"pattern": document(rule.get("EventPattern"))})
    for entry in map(as_mapping, as_list(rule.get("Targets"))):
        detail = _detail(rule, entry)
        for found in _targets(entry):
            yield from delivery_edges(index, rule, found, rule, detail)
        yield from edges_to(index, rule, detail["dead_letter"], Kind.DEAD_LETTERS, rule)


def _from_buckets(index: ResourceIndex, rule: Resource) -> Iterator[Edge]:
    """A bucket that emits to EventBridge reaches the rules that name it, and those that name no bucket."""
    pattern = as_mapping(document(rule.get("EventPattern")))
    if "aws.s3" not in as_list(pattern.get("source")):
        return
    named = as_list(as_mapping(as_mapping(as_mapping(pattern.get("detail")).get("bucket"))).get("name"))
    found = [index.target(value, "AWS::S3::Bucket") for value in named]
    for bucket in found if named else index.of_type("AWS::S3::Bucket"):
        if bucket and emits_to_eventbridge(bucket):
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
