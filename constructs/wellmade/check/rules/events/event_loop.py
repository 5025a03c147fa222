"""No event-driven cycles."""

from collections.abc import Iterator

from wellmade.check.event_cycles import find_cycles
from wellmade.check.failures import FUNCTIONS
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, written


def _check(graph: Graph) -> Iterator[Violation]:
    for cycle in find_cycles(graph):
        if _waits(cycle):
            continue
        names = " -> ".join(edge.source.logical_id for edge in (*cycle, cycle[0]))
        message = f"forms a cycle: {names}; events can recurse indefinitely"
        yield Violation(cycle[0].via, "Properties", message)


def _waits(cycle: list[Edge]) -> bool:
    """Tell whether a function sends a message back to its own queue after a delay, as its code here says."""
    ends = {end for edge in cycle for end in (edge.source, edge.target)}
    code = [written(end.get("Code.ZipFile", end.get("InlineCode"))) for end in ends if end.type in FUNCTIONS]
    return (
        len(ends) == 2
        and any(end.type == "AWS::SQS::Queue" for end in ends)
        and "DelaySeconds" in "".join(code)
    )


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
