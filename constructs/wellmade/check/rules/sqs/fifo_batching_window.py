"""FIFO sources have no batching window."""

from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.mappings import mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text

WINDOW = "MaximumBatchingWindowInSeconds"


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, _ in mappings(graph, "sqs"):
        window = least(mapping.get(WINDOW))
        if window and _is_fifo(graph, mapping):
            message = f"is {window:.12g} s on a FIFO queue, must be left out"
            yield Violation(mapping, f"Properties.{WINDOW}", message)


def _is_fifo(graph: Graph, mapping: Resource) -> bool:
    arn = mapping.get("EventSourceArn")
    queue = graph.target(arn)
    if queue:
        return queue.flag("FifoQueue", default=False) is True
    return (text(arn) or "").endswith(".fifo")


RULE = Rule(
    id="fifo-batching-window",
    title="FIFO sources have no batching window",
    severity=Severity.ERROR,
    explanation=(
        "Lambda takes no batching window for FIFO queues and refuses the event source mapping. "
        "The deployment rolls back, with everything else that was in it."
    ),
    fix="remove MaximumBatchingWindowInSeconds",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html",
    check=_check,
)
