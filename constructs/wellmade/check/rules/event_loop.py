"""Nothing sets itself off."""

from collections.abc import Iterator

from wellmade.check.loops import circles
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    for circle in circles(graph):
        names = " -> ".join(edge.source.logical_id for edge in (*circle, circle[0]))
        yield Hit(circle[0].via, "Properties", f"closes a circle that may set itself off for ever: {names}")


RULE = Rule(
    id="event-loop",
    title="Nothing sets itself off",
    severity=Severity.WARNING,
    explanation=(
        "One event makes the next, thousands a minute, until the whole account's concurrency is used up. "
        "It goes on until somebody wakes up, and all of it is on the bill."
    ),
    fix="write to another bucket, prefix, queue or topic than the one that sets it off, and grant only that",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
    check=_check,
)
