"""EventBridge: rules on buses and their targets."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, handing_on, to
from wellmade.graph.resource import Resource
from wellmade.graph.values import Value, as_list, as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _rule(graph: "Graph", rule: Resource) -> Iterator[Edge]:
    bus = graph.target(rule.get("EventBusName"), "AWS::Events::EventBus")
    if bus:
        yield Edge(bus, rule, Kind.ROUTES, rule, {"pattern": rule.get("EventPattern")})
    for entry in map(as_mapping, as_list(rule.get("Targets"))):
        detail = _detail(rule, entry)
        for found in _targets(entry):
            yield from handing_on(graph, rule, found, rule, detail)
        yield from to(graph, rule, detail["dead_letter"], Kind.DEAD_LETTERS, rule)


def _targets(entry: Mapping[str, Value]) -> Iterator[Value]:
    """A target that runs a task names the cluster, and the task definition besides."""
    task = as_mapping(entry.get("EcsParameters")).get("TaskDefinitionArn")
    yield entry.get("Arn") if task is None else task


def _detail(rule: Resource, entry: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "pattern": rule.get("EventPattern"),
        "schedule": rule.get("ScheduleExpression"),
        "dead_letter": as_mapping(entry.get("DeadLetterConfig")).get("Arn"),
        "retry": entry.get("RetryPolicy"),
        "target": entry,
    }


SOURCES: dict[str, Source] = {"AWS::Events::Rule": _rule}
