"""A FIFO queue is polled without a batching window."""

from collections.abc import Iterator

from wellmade.check.given import least
from wellmade.check.mappings import mappings
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, Resource, text

WINDOW = "MaximumBatchingWindowInSeconds"


def _check(graph: Graph) -> Iterator[Hit]:
    for mapping, _ in mappings(graph, "sqs"):
        window = least(mapping.get(WINDOW))
        if window and _is_fifo(graph, mapping):
            message = f"is {window:.12g} s on a FIFO queue, must be left out"
            yield Hit(mapping, f"Properties.{WINDOW}", message)


def _is_fifo(graph: Graph, mapping: Resource) -> bool:
    arn = mapping.get("EventSourceArn")
    queue = graph.target(arn)
    if queue:
        return queue.flag("FifoQueue", default=False) is True
    return (text(arn) or "").endswith(".fifo")


RULE = Rule(
    id="fifo-batching-window",
    title="A FIFO queue is polled without a batching window",
    severity=Severity.ERROR,
    explanation=(
        "Lambda takes no batching window for FIFO queues and refuses the event source mapping. "
        "The deployment rolls back, with everything else that was in it."
    ),
    fix="remove MaximumBatchingWindowInSeconds",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html",
    check=_check,
)
