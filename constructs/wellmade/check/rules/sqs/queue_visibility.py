"""Visibility timeouts are six function timeouts plus the batching window."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.facts.sqs import DEFAULT_VISIBILITY, VISIBILITY_FACTOR, least_visibility
from wellmade.graph import Graph, Kind, number


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.POLLS):
        queue, function = edge.source, edge.target
        if queue.type != "AWS::SQS::Queue":
            continue
        hidden = queue.number("VisibilityTimeout", DEFAULT_VISIBILITY)
        timeout = function.number("Timeout", DEFAULT_TIMEOUT)
        window = number(edge.detail.get("MaximumBatchingWindowInSeconds", 0))
        if hidden is None or timeout is None or window is None:
            continue
        least = least_visibility(timeout, window)
        if hidden < least:
            arithmetic = (
                f"{VISIBILITY_FACTOR} x {timeout:.12g} s of timeout + {window:.12g} s of batching window"
            )
            message = f"is {hidden:.12g} s, must be at least {least:.12g} s ({arithmetic})"
            yield Violation(queue, "Properties.VisibilityTimeout", message)


RULE = Rule(
    id="queue-visibility",
    title="Visibility timeouts are six function timeouts plus the batching window",
    severity=Severity.ERROR,
    explanation=(
        "A message that becomes visible while it is worked on is processed twice at once, and throttled "
        "retries use up its receives, so that good messages end in the dead-letter queue."
    ),
    fix="set VisibilityTimeout to 6 x the function's Timeout + MaximumBatchingWindowInSeconds",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    check=_check,
)
