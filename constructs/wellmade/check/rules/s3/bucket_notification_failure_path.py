"""Functions notified by a bucket have a failure destination."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS, keeping
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind


def _check(graph: Graph) -> Iterator[Violation]:
    kept = keeping(graph)
    seen = set()
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        if edge.source.type != "AWS::S3::Bucket" or edge.target.type not in FUNCTIONS:
            continue
        if (edge.source, edge.target) in seen or edge.target in kept:
            continue
        seen.add((edge.source, edge.target))
        message = f"is notified by {edge.source.logical_id} and keeps no event that it fails on"
        yield Violation(edge.target, "Properties.DeadLetterConfig", message)


RULE = Rule(
    id="bucket-notification-failure-path",
    title="Functions notified by a bucket have a failure destination",
    severity=Severity.ERROR,
    explanation=(
        "A bucket notifies once for each object. When the function fails three times the event is "
        "dropped, and the object stays unprocessed without an error."
    ),
    fix="send the notifications to a queue that the function polls, or give it an on-failure destination",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=_check,
    leaves_tests=True,
)
