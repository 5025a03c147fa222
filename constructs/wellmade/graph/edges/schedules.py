"""EventBridge Scheduler and Pipes."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, delivery_edges, edges_to
from wellmade.graph.resolve.joining import document, written
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_list, as_mapping

_FORGETS = "FIRE_AND_FORGET"


def _schedule(index: ResourceIndex, schedule: Resource) -> Iterator[Edge]:
    target = as_mapping(schedule.get("Target"))
    failures = as_mapping(target.get("DeadLetterConfig")).get("Arn")
    detail = {
        "schedule": schedule.get("ScheduleExpression"),
        "dead_letter": failures,
        "retry": target.get("RetryPolicy"),
        "target": target,
    }
    for value in _scheduled(target.get("Arn"), target.get("EcsParameters"), target.get("Input")):
        yield from delivery_edges(index, schedule, value, schedule, detail)
    yield from edges_to(index, schedule, failures, Kind.DEAD_LETTERS, schedule)
    yield from edges_to(index, schedule, target.get("RoleArn"), Kind.ASSUMES, schedule)


def _scheduled(arn: Value, task: Value, given: Value) -> Iterator[Value]:
    """A call of any AWS action names its resource in the input; a task is named beside the cluster."""
    if ":scheduler:::aws-sdk:" in written(arn):
        yield from as_mapping(document(given)).values()
    elif isinstance(task, dict):
        yield task.get("TaskDefinitionArn")
    else:
        yield arn


def _pipe(index: ResourceIndex, pipe: Resource) -> Iterator[Edge]:
    for value in as_list(pipe.get("Source")):
        if source := index.target(value):
            yield Edge(source, pipe, Kind.POLLS, pipe, pipe.properties)
    yield from edges_to(index, pipe, pipe.get("Enrichment"), Kind.INVOKES_SYNC, pipe)
    for parameters in ("LambdaFunctionParameters", "StepFunctionStateMachineParameters"):
        if pipe.get(f"TargetParameters.{parameters}.InvocationType") == _FORGETS:
            yield from edges_to(index, pipe, pipe.get("Target"), Kind.INVOKES_ASYNC, pipe, pipe.properties)
            break
    else:
        yield from _waits(index, pipe)
    for failures in values_at(pipe.properties, "SourceParameters"):
        for parameters in as_mapping(failures).values():
            arn = as_mapping(as_mapping(parameters).get("DeadLetterConfig")).get("Arn")
            yield from edges_to(index, pipe, arn, Kind.DEAD_LETTERS, pipe)


def _waits(index: ResourceIndex, pipe: Resource) -> Iterator[Edge]:
    """Without another word a pipe waits for functions and state machines."""
    for edge in delivery_edges(index, pipe, pipe.get("Target"), pipe, pipe.properties):
        kind = Kind.INVOKES_SYNC if edge.kind is Kind.INVOKES_ASYNC else edge.kind
        yield Edge(pipe, edge.target, kind, pipe, edge.detail)


SOURCES: dict[str, Source] = {"AWS::Scheduler::Schedule": _schedule, "AWS::Pipes::Pipe": _pipe}
