"""Alarms with an action and the right dimensions."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarm_topic import alarm_action

PERIOD = Duration.minutes(1)


def define_alarm(
    scope: Construct,
    construct_id: str,
    *,
    metric: str,
    namespace: str,
    dimensions: Mapping[str, str],
    above: float,
    description: str,
    statistic: str = "Maximum",
) -> cloudwatch.Alarm:
    """Define an alarm on one metric of one resource; it publishes to the stack's alarm topic.

    It looks at one minute at a time, fires at the first minute over the line, and stays quiet while the
    service publishes nothing, as AWS services do when nothing happens.

    Args:
        scope: Where the alarm is defined.
        construct_id: Its id, part of the contract.
        metric: The metric's name in CloudWatch.
        namespace: The service's namespace, `AWS/SQS` for instance.
        dimensions: What the service publishes the metric under.
        above: The line; a value over it is bad.
        description: What it means and what to do first, for whoever is woken by it.
        statistic: `Maximum`, `Sum`, `p99` and the like. Default: `Maximum`.
    """
    alarm = cloudwatch.Alarm(
        scope,
        construct_id,
        metric=cloudwatch.Metric(
            metric_name=metric,
            namespace=namespace,
            dimensions_map=dict(dimensions),
            statistic=statistic,
            period=PERIOD,
        ),
        threshold=above,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=description,
    )
    alarm.add_alarm_action(alarm_action(scope))
    return alarm
