"""A function that a bucket notifies keeps what it fails on."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS, keeping
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, Kind


def _check(graph: Graph) -> Iterator[Hit]:
    kept = keeping(graph)
    seen = set()
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        if edge.source.type != "AWS::S3::Bucket" or edge.target.type not in FUNCTIONS:
            continue
        if (edge.source, edge.target) in seen or edge.target in kept:
            continue
        seen.add((edge.source, edge.target))
        message = f"is notified by {edge.source.logical_id} and keeps no event that it fails on"
        yield Hit(edge.target, "Properties.DeadLetterConfig", message)


RULE = Rule(
    id="bucket-notification-failure-path",
    title="A function that a bucket notifies keeps what it fails on",
    severity=Severity.ERROR,
    explanation=(
        "A bucket tells of each object once. When the function fails three times the event is dropped, "
        "and the object lies there unprocessed without anything that says so."
    ),
    fix="send the notifications to a queue that the function polls, or give it an on-failure destination",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=_check,
)
