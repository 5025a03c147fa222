"""The templates as they are deployed: with the settings that the capacity file states, and by conditions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wellmade.capacity.located_yaml import Scalar
from wellmade.capacity.names import UnknownNameError, find
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import (
    Conditions,
    Graph,
    Name,
    Resource,
    Value,
    World,
    as_mapping,
    conditions_in,
    document,
    settled,
)

MOST = 16
"""Ways in which conditions can hold together that are judged one by one."""
_LAMBDA, _SQS = "AWS::Lambda::", "AWS::SQS::"
_DECIDES = frozenset(
    (
        *("BatchSize", "BillingMode", "BisectBatchOnFunctionError", "DatapointsToAlarm", "DeadLetterConfig"),
        *("DefaultRouteSettings", "DesiredCount", "DestinationConfig", "Enabled", "EvaluationPeriods"),
        *("EventInvokeConfig", "FifoQueue", "FifoThroughputLimit", "FunctionResponseTypes"),
        *("GlobalSecondaryIndexes", "MaxCapacity", "MaximumBatchingWindowInSeconds", "MaximumMessageSize"),
        *("MaximumEventAgeInSeconds", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts"),
        *("MessageRetentionPeriod", "MethodSettings", "MinCapacity", "OnDemandThroughput", "Period"),
        *("ParallelizationFactor", "ProvisionedConcurrencyConfig", "ProvisionedPollerConfig"),
        *("ProvisionedThroughput", "RedrivePolicy", "ReservedConcurrentExecutions", "RetentionPeriodHours"),
        *("RouteSettings", "ScalingConfig", "ShardCount", "Threshold", "Timeout", "VisibilityTimeout"),
    )
)
"""Properties of which the answers are made."""
_PRESENT = (f"{_LAMBDA}EventSourceMapping", f"{_LAMBDA}EventInvokeConfig", "AWS::CloudWatch::Alarm")
"""Types of which the answers change with whether one is there."""


def with_settings(graph: Graph, workload: Workload) -> Graph:
    """Return the graph with what the capacity file says of properties and of conditions.

    Raises:
        WellmadeError: If a name means no resource, or no condition.
    """
    stated: dict[str, dict[str, Scalar]] = {}
    for name, entries in workload.settings.items():
        try:
            stated.setdefault(find(name, graph.resources.values()).id, {}).update(entries)
        except UnknownNameError as error:
            raise WellmadeError(f"{workload.place('settings', name)} {error}") from error
    holds = frozenset(_stated(graph, workload))
    if not stated and not holds:
        return graph
    changed = [
        replace(one, properties=_with(dict(one.properties), stated[one.id])) if one.id in stated else one
        for one in settled(graph.resources.values(), holds)
    ]
    return Graph(changed, graph.stacks)


def _stated(graph: Graph, workload: Workload) -> Iterator[tuple[Name, bool]]:
    for name, holds in workload.conditions.items():
        stacks = [one.name for one in graph.stacks if name in one.section("Conditions")]
        if not stacks:
            raise WellmadeError(f"{workload.place('conditions', name)} is no condition of the templates")
        yield from (((stack, name), holds) for stack in stacks)


def _with(properties: dict[str, Value], entries: Mapping[str, Scalar]) -> dict[str, Value]:
    for path, value in entries.items():
        first, _, rest = path.partition(".")
        inner = as_mapping(document(properties.get(first)))
        properties[first] = _with(dict(inner), {rest: value}) if rest else value
    return properties


def worlds_of(graph: Graph) -> list[tuple[World, Graph]] | None:
    """Return the templates in each way in which the conditions that decide can hold; None if in too many."""
    names = {name for one in graph.resources.values() for name in _conditions_of(one)}
    if not names:
        return [(frozenset(), graph)]
    worlds = Conditions(graph.stacks).worlds(names, MOST)
    if worlds is None:
        return None
    every = graph.resources.values()
    return [(world, Graph(settled(every, world), graph.stacks)) for world in worlds]


def _conditions_of(resource: Resource) -> Iterator[Name]:
    if resource.condition and resource.type in _PRESENT:
        yield resource.stack, resource.condition
    for key, value in resource.properties.items():
        if key in _DECIDES:
            yield from conditions_in(value)


def said(world: World) -> str:
    """Return which conditions hold, for people."""
    return ", ".join(f"{name} is {str(holds).lower()}" for (_, name), holds in sorted(world))
