"""Alarms of a table, ours or anybody's."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms

RUNBOOK = (
    "were throttled: a key is hot, or traffic doubled within minutes. Look for the key in Contributor "
    "Insights, and spread it over shards."
)


class TableAlarms(Alarms):
    """Alarms of a table."""

    read_throttles: cloudwatch.Alarm
    """Reads that were throttled, in a minute."""
    write_throttles: cloudwatch.Alarm
    """Writes that were throttled, in a minute."""


class TableThresholds(TypedDict, total=False):
    """Thresholds of a table's alarms; None leaves one out."""

    read_throttles: float | None
    write_throttles: float | None


def define_table_alarms(
    scope: Construct, table: dynamodb.ITable | dynamodb.Table, thresholds: Thresholds | None = None
) -> TableAlarms:
    """Define the alarms of a table.

    Args:
        scope: Where they are defined.
        table: What they look at.
        thresholds: By name. Default: 0, the first one.
    """
    return define_alarms(TableAlarms, scope, table_specs(table.table_name), thresholds)


def table_specs(table_name: str) -> dict[str, AlarmSpec]:
    """Return the alarms of a table."""
    return {
        f"{way.lower()}_throttles": AlarmSpec(
            f"{way}Throttles",
            f"{way}ThrottleEvents",
            "AWS/DynamoDB",
            {"TableName": table_name},
            0,
            f"{way}s {RUNBOOK}",
            "Sum",
        )
        for way in ("Read", "Write")
    }
