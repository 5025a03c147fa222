"""Stream consumers have a failure destination."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.mappings import STREAMS, mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, service in mappings(graph, *STREAMS):
        if not possibly_set(mapping.get("DestinationConfig.OnFailure")):
            name = "Kinesis" if service == "kinesis" else "DynamoDB"
            message = f"reads a {name} stream without an on-failure destination"
            yield Violation(mapping, "Properties.DestinationConfig.OnFailure", message)


RULE = Rule(
    id="stream-failure-destination",
    title="Stream consumers have a failure destination",
    severity=Severity.ERROR,
    explanation=(
        "When the retries of a batch are used up, or its records have expired, Lambda goes on to the "
        "next. Without a destination the records that were left out are lost, and it is unknown which "
        "they were."
    ),
    fix="set DestinationConfig.OnFailure.Destination to a queue, a topic or a bucket",
    source="https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
    check=_check,
    leaves_tests=True,
)
