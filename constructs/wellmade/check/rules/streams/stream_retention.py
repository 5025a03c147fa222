"""Streams keep records for as long as they are retried."""

from collections.abc import Iterator

from wellmade.check.mappings import STREAMS, mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.dynamodb import STREAM_RETENTION
from wellmade.facts.kinesis import RETENTION_HOURS
from wellmade.graph import Graph, Resource

HOUR = 3600


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping, service in mappings(graph, *STREAMS):
        age = mapping.number("MaximumRecordAgeInSeconds")
        hours = STREAM_RETENTION / HOUR if service == "dynamodb" else _hours(graph, mapping)
        if age is not None and hours is not None and age > hours * HOUR:
            message = (
                f"is {age:.12g} s, the stream keeps records for {hours * HOUR:.12g} s ({hours:.12g} h) only"
            )
            yield Violation(mapping, "Properties.MaximumRecordAgeInSeconds", message)


def _hours(graph: Graph, mapping: Resource) -> float | None:
    stream = graph.target(mapping.get("EventSourceArn"))
    if stream and stream.type == "AWS::Kinesis::StreamConsumer":
        stream = graph.target(stream.get("StreamARN"), "AWS::Kinesis::Stream")
    return stream.number("RetentionPeriodHours", RETENTION_HOURS) if stream else None


RULE = Rule(
    id="stream-retention",
    title="Streams keep records for as long as they are retried",
    severity=Severity.ERROR,
    explanation=(
        "A record that expires in the stream before it reaches its maximum age is gone before it can be sent "
        "to the on-failure destination. The outage that it was to survive loses it."
    ),
    fix="raise the stream's RetentionPeriodHours, or lower MaximumRecordAgeInSeconds below it",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html",
    check=_check,
)
