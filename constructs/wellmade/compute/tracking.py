"""What tasks are scaled by where no single metric tells it."""

from collections.abc import Mapping

from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch

from wellmade.compute.cluster import SCALE_IN_COOLDOWN, SCALE_OUT_COOLDOWN

_Policy = autoscaling.CfnScalingPolicy


def tracking(
    name: str, expression: str, metrics: Mapping[str, cloudwatch.Metric], target: float
) -> autoscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty:
    """Return what keeps an expression over metrics at a target, which the class of a policy does not take.

    Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html

    Args:
        name: Of the expression, in small letters.
        expression: Over the names of the metrics.
        metrics: By name.
        target: What it is kept at.
    """
    answer = _Policy.TargetTrackingMetricDataQueryProperty(id=name, expression=expression, return_data=True)
    return _Policy.TargetTrackingScalingPolicyConfigurationProperty(
        target_value=target,
        scale_out_cooldown=SCALE_OUT_COOLDOWN.to_seconds(),
        scale_in_cooldown=SCALE_IN_COOLDOWN.to_seconds(),
        customized_metric_specification=_Policy.CustomizedMetricSpecificationProperty(
            metrics=[*(_query(each, metric) for each, metric in metrics.items()), answer]
        ),
    )


def _query(name: str, metric: cloudwatch.Metric) -> _Policy.TargetTrackingMetricDataQueryProperty:
    return _Policy.TargetTrackingMetricDataQueryProperty(
        id=name,
        return_data=False,
        metric_stat=_Policy.TargetTrackingMetricStatProperty(
            stat=metric.statistic,
            metric=_Policy.TargetTrackingMetricProperty(
                namespace=metric.namespace,
                metric_name=metric.metric_name,
                dimensions=[
                    _Policy.TargetTrackingMetricDimensionProperty(name=key, value=value)
                    for key, value in (metric.dimensions or {}).items()
                ],
            ),
        ),
    )
