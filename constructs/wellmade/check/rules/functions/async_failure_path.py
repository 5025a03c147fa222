"""Asynchronously invoked functions have a failure destination."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.events import enabled
from wellmade.check.failures import FUNCTIONS, keeping
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, Kind

ELSEWHERE = ("AWS::S3::Bucket", "AWS::SNS::Topic")
"""Sources with a rule of their own."""
REPEATS = ("AWS::SecretsManager::Secret", "AWS::Config::ConfigRule")
"""Sources that ask again themselves."""
SCHEDULED = ("AWS::Events::Rule", "AWS::Scheduler::Schedule")


def _check(graph: Graph) -> Iterator[Violation]:
    kept = keeping(graph)
    callers: dict[str, list[str]] = {}
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        if edge.target.type in FUNCTIONS and _counts(edge) and edge.target not in kept:
            callers.setdefault(edge.target.id, []).append(edge.source.logical_id)
    for key, names in callers.items():
        by = ", ".join(sorted(set(names)))
        message = f"is invoked without waiting by {by} and keeps no event that it fails on"
        yield Violation(graph.resources[key], "Properties.DeadLetterConfig", message)


def _counts(edge: Edge) -> bool:
    """A rule or schedule without a dead-letter queue is reported already, as is what is elsewhere."""
    if edge.source.type in SCHEDULED:
        return enabled(edge.source) and possibly_set(edge.detail.get("dead_letter"))
    return edge.source.type not in (*ELSEWHERE, *REPEATS)


RULE = Rule(
    id="async-failure-path",
    title="Asynchronously invoked functions have a failure destination",
    severity=Severity.ERROR,
    explanation=(
        "The caller does not wait, so it does not learn of the failure. After two more attempts "
        "Lambda drops the event; a queue before the function catches only what could not be "
        "delivered, not what it failed on."
    ),
    fix="add an on-failure destination or DeadLetterConfig to the function",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=_check,
    leaves_tests=True,
)
