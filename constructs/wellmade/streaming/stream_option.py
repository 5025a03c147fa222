"""The option `stream=` of every pattern that reads a stream: ours, or anybody's."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from wellmade.facts.kinesis import RETENTION_HOURS
from wellmade.foundation.source_policy import SourceGrant
from wellmade.kit.lookups import default_child, is_unresolved, seconds
from wellmade.kit.numbers import number_of
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.streaming.stream_rules import Retention

Stream = kinesis.IStream | kinesis.Stream
HOUR = 3600.0
LONGEST_AGE = 24 * HOUR
"""Seconds after which a record is given up unless the user says otherwise: as long as an outage may last."""
READS = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
USED_BY = "the event source, to read the stream"


def retention_of(stream: kinesis.IStream, given: Duration | None) -> float | None:
    """Return the seconds that a stream keeps records; None where that is not known.

    Args:
        stream: Ours, or anybody's.
        given: What the user says of an imported one.
    """
    resource = resource_of(stream)
    if resource is None:
        return seconds(given) if given else None
    hours = RETENTION_HOURS if resource.retention_period_hours is None else resource.retention_period_hours
    return None if is_unresolved(hours) else hours * HOUR


def age_within(
    scope: Construct, stream: kinesis.IStream, wanted: Duration | None, retention: float | None
) -> Duration:
    """Return how old a record may be before it is given up: well before the stream forgets it.

    Raises:
        RefusedError: If the user wants longer than every stream keeps records, of a stream that nobody knows.
    """
    least = RETENTION_HOURS * HOUR
    if wanted is None:
        return Duration.seconds(min(LONGEST_AGE, (retention or least) / 2))
    if retention is None and resource_of(stream) is None and seconds(wanted) > least:
        fix = "give how long the stream keeps its records"
        allowed = f"given for an imported stream where max_record_age is over {RETENTION_HOURS} hours"
        raise refusal(scope, "stream_retention", allowed, None, fix)
    return wanted


def refuse_retention_of_known(scope: Construct, stream: kinesis.IStream, given: Duration | None) -> None:
    """Raise where the user says of a stream what its template says.

    Raises:
        RefusedError: If the stream is of this app.
    """
    if given is not None and resource_of(stream) is not None:
        fix = "set it where the stream is defined"
        raise refusal(scope, "stream_retention", "left out for a stream of this app", given, fix)


def retention_as_synthesized(stream: kinesis.IStream, known: float | None) -> Retention:
    """Return how to tell at synth for how many seconds a stream keeps records."""
    resource = resource_of(stream)

    def retention(synthesized: Synthesized) -> Any:
        if resource is None:
            return known
        hours: Any = synthesized.properties(resource).get("RetentionPeriodHours", RETENTION_HOURS)
        number = number_of(hours)
        return hours if number is None else number * HOUR

    return retention


def reading_of(stream: kinesis.IStream) -> list[SourceGrant]:
    """Return what a role must hold to read a stream, its key included."""
    key = stream.encryption_key
    reads = [SourceGrant(READS, (stream.stream_arn,), USED_BY, keyed=key is not None)]
    return [*reads, SourceGrant(("kms:Decrypt",), (key.key_arn,), USED_BY)] if key else reads


def resource_of(stream: kinesis.IStream) -> kinesis.CfnStream | None:
    """Return a stream's resource in the template; None for an imported one."""
    found = default_child(stream)
    return found if isinstance(found, kinesis.CfnStream) else None
