"""A function that reads a stream sends what it fails on somewhere."""

from collections.abc import Iterator

from wellmade.check.given import given
from wellmade.check.mappings import STREAMS, mappings
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    for mapping, service in mappings(graph, *STREAMS):
        if not given(mapping.get("DestinationConfig.OnFailure")):
            name = "Kinesis" if service == "kinesis" else "DynamoDB"
            message = f"reads a {name} stream without an on-failure destination"
            yield Hit(mapping, "Properties.DestinationConfig.OnFailure", message)


RULE = Rule(
    id="stream-failure-destination",
    title="A function that reads a stream sends what it fails on somewhere",
    severity=Severity.ERROR,
    explanation=(
        "When the retries of a batch are used up, or its records have expired, Lambda goes on to the next. "
        "Without a destination nobody knows which records were left out, and they are lost."
    ),
    fix="set DestinationConfig.OnFailure.Destination to a queue, a topic or a bucket",
    source="https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
    check=_check,
)
