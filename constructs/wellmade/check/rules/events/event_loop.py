"""No event-driven cycles."""

from collections.abc import Iterator

from wellmade.check.event_cycles import find_cycles
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for cycle in find_cycles(graph):
        names = " -> ".join(edge.source.logical_id for edge in (*cycle, cycle[0]))
        message = f"forms a cycle: {names}; events can recurse indefinitely"
        yield Violation(cycle[0].via, "Properties", message)


RULE = Rule(
    id="event-loop",
    title="No event-driven cycles (recursive invocation)",
    severity=Severity.WARNING,
    explanation=(
        "Each event triggers the next, thousands a minute, until the account's concurrency is used up. "
        "It goes on until somebody stops it, and every invocation is billed."
    ),
    fix="write to another bucket, prefix, queue or topic than the one that triggers it, and grant only that",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
    check=_check,
)
