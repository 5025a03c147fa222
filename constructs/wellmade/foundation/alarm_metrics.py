"""What an alarm looks at: one metric, or the larger of two, a minute at a time."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

PERIOD = Duration.minutes(1)


def alarm_metric(
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    *,
    also: Mapping[str, str] | None,
    statistic: str,
) -> cloudwatch.IMetric:
    """Return the metric under some dimensions, or the larger value where it counts under others as well."""
    watched = _metric(namespace, name, dimensions, statistic)
    if also is None:
        return cast(cloudwatch.IMetric, watched)
    return cast(cloudwatch.IMetric, _larger(watched, _metric(namespace, name, also, statistic)))


def _metric(namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        metric_name=metric,
        namespace=namespace,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=PERIOD,
    )


def _larger(one: cloudwatch.Metric, other: cloudwatch.Metric) -> cloudwatch.MathExpression:
    """Return the larger of two metrics, of which either may be missing."""
    return cloudwatch.MathExpression(
        expression="MAX([FILL(one, 0), FILL(other, 0)])",
        using_metrics={"one": cast(cloudwatch.IMetric, one), "other": cast(cloudwatch.IMetric, other)},
        period=PERIOD,
    )
