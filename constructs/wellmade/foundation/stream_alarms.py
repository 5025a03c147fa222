"""Alarms of a Kinesis stream, ours or anybody's."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch

from wellmade.foundation.alarms import Alarms, AlarmSpec

RUNBOOK = (
    "were throttled: a partition key is hot, or traffic doubled within minutes. Compare the shards' traffic, "
    "then spread the key, or raise shards where they are provisioned."
)


class StreamAlarms(Alarms):
    """Alarms of a stream."""

    write_throttles: cloudwatch.Alarm
    """Writes that were throttled, in a minute."""
    read_throttles: cloudwatch.Alarm
    """Reads that were throttled, in a minute."""


class StreamThresholds(TypedDict, total=False):
    """Thresholds of a stream's alarms; None leaves one out."""

    write_throttles: float | None
    read_throttles: float | None


def throttle_specs(stream_name: str) -> dict[str, AlarmSpec]:
    """Return the alarms on throttled writes and reads of a stream."""
    return {
        f"{way.lower()}_throttles": AlarmSpec(
            f"{way}Throttles",
            f"{way}ProvisionedThroughputExceeded",
            "AWS/Kinesis",
            {"StreamName": stream_name},
            0,
            f"{way}s {RUNBOOK}",
            "Sum",
        )
        for way in ("Write", "Read")
    }
