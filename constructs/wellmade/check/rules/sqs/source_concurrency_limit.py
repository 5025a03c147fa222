"""Queues of functions with a reservation have a maximum concurrency."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty
from wellmade.check.mappings import mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.rules.sqs.source_concurrency import PATH
from wellmade.graph import Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, _ in mappings(graph, "sqs"):
        function = graph.function(mapping.get("FunctionName"))
        reserved = function.number("ReservedConcurrentExecutions") if function else None
        if reserved and function and always_empty(mapping.get(PATH)) and not _provisioned(mapping):
            message = f"is not set, and {function.logical_id} has a reservation of {reserved:.12g}"
            yield Violation(mapping, f"Properties.{PATH}", message)


def _provisioned(mapping: Resource) -> bool:
    return mapping.get("ProvisionedPollerConfig") is not None


RULE = Rule(
    id="source-concurrency-limit",
    title="Queues of functions with a reservation have a maximum concurrency",
    severity=Severity.ERROR,
    explanation=(
        "The pollers do not know the reservation. They take more messages than the function can, "
        "and each throttled attempt counts as a receive: good messages end in the dead-letter "
        "queue without ever being seen."
    ),
    fix="set ScalingConfig.MaximumConcurrency of the mapping, 2 or more, and reserve at least as much",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    check=_check,
)
