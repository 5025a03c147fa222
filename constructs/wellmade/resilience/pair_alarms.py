"""Alarms and metrics of one side of a pair."""

from collections.abc import Mapping
from typing import Any, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_route53 as route53
from constructs import Construct

from wellmade.facts.regions import HEALTH_METRICS_REGION
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.table_alarms import table_specs
from wellmade.kit.lookups import stack_of

NAMESPACE, LATENCY = "AWS/DynamoDB", "ReplicationLatency"
_BEHIND = (
    "What is written here reaches the other region late: a failover now would hide that many seconds of "
    "writes, until this region is back. Do not move tenants or shift traffic by hand before it has fallen, "
    "unless this region has failed. See the AWS Health Dashboard, and whether writes there are throttled."
)
_UNHEALTHY = (
    "Route 53 leads everybody to the other region, since this one does not answer its health check. Look at "
    "the alarms of the API and its functions here, and at the AWS Health Dashboard. With home regions: move "
    "the tenants of this region, and move them back when its replication has caught up."
)


class PairAlarms(Alarms):
    """Alarms of one side of a pair."""

    replication_latency: cloudwatch.Alarm
    """How long writes of this side take to the other, for five minutes on end; with eventual consistency."""
    read_throttles: cloudwatch.Alarm
    """Reads of this side that were throttled, in a minute."""
    write_throttles: cloudwatch.Alarm
    """Writes of this side that were throttled, in a minute."""
    unhealthy: cloudwatch.Alarm
    """This side does not answer its health check; in us-east-1, where Route 53 publishes it."""


class PairThresholds(TypedDict, total=False):
    """Thresholds of a pair's alarms; None leaves one out."""

    replication_latency: Duration | None
    read_throttles: float | None
    write_throttles: float | None
    unhealthy: float | None


def define_pair_alarms(
    scope: Construct,
    table_name: str,
    receiving: str | None,
    check: route53.HealthCheck | None,
    thresholds: PairThresholds | None,
) -> PairAlarms:
    """Define the alarms of one side of a pair.

    Args:
        scope: The pair.
        table_name: Its table.
        receiving: The region that its writes go to; None where they are acknowledged by it.
        check: The health check of this side; None without an entry.
        thresholds: What the user says, by name.
    """
    specs = table_specs(table_name)
    if receiving:
        of = NAMESPACE, latency_dimensions(table_name, receiving)
        specs["replication_latency"] = AlarmSpec(
            "ReplicationLatency", LATENCY, *of, 5000, _BEHIND, "Average", 5, in_milliseconds=True
        )
    if check and stack_of(scope).region == HEALTH_METRICS_REGION:
        health = "AWS/Route53", {"HealthCheckId": check.health_check_id}
        specs["unhealthy"] = AlarmSpec(
            "Unhealthy", "HealthCheckStatus", *health, 1, _UNHEALTHY, "Minimum", falls=True
        )
    return define_alarms(PairAlarms, scope, specs, thresholds)


def latency_dimensions(table_name: str, receiving: str) -> dict[str, str]:
    """Return what DynamoDB publishes the latency of replication under."""
    return {"TableName": table_name, "ReceivingRegion": receiving}


def replication_metric(table_name: str, receiving: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
    """Return the time that a write takes to the other region; options as for `cloudwatch.Metric`."""
    dimensions = latency_dimensions(table_name, receiving)
    given: dict[str, Any] = {"statistic": "Average", "dimensions_map": dimensions, **options}
    return cloudwatch.Metric(namespace=NAMESPACE, metric_name=LATENCY, **given)
