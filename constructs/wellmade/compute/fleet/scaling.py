"""As many instances as the backlog takes, from none to many and back."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.compute.backlog_scaling import PER_TASK, PERIOD, define_wake, metrics_of_queue

STARTS_IN = Duration.minutes(3)
"""Until an instance works on messages: it boots, installs Docker and pulls the image."""


def scale_fleet_on_backlog(
    scope: Construct, group: autoscaling.CfnAutoScalingGroup, queue: sqs.IQueue, *, per_instance: float
) -> None:
    """Keep the backlog of each instance at what it works off in the acceptable time.

    Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html and
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-target-tracking-metric-math.html

    Args:
        scope: Where the policies are defined.
        group: What is scaled, from no instance up.
        queue: Where work waits.
        per_instance: Messages that an instance may have before it.
    """
    metrics = {**metrics_of_queue(queue), "running": running(group)}
    autoscaling.CfnScalingPolicy(
        scope,
        "BacklogPerInstance",
        auto_scaling_group_name=group.ref,
        policy_type="TargetTrackingScaling",
        estimated_instance_warmup=STARTS_IN.to_seconds(),
        target_tracking_configuration=_tracking(metrics, per_instance),
    )
    wake = autoscaling.CfnScalingPolicy(
        scope,
        "Wake",
        auto_scaling_group_name=group.ref,
        policy_type="StepScaling",
        adjustment_type="ExactCapacity",
        step_adjustments=[
            autoscaling.CfnScalingPolicy.StepAdjustmentProperty(
                metric_interval_lower_bound=0, scaling_adjustment=1
            )
        ],
    )
    define_wake(scope, metrics, wake.ref, one="instance")


def running(group: autoscaling.CfnAutoScalingGroup) -> cloudwatch.Metric:
    """Return the metric of the instances in service, which the group publishes."""
    return cloudwatch.Metric(
        namespace="AWS/AutoScaling",
        metric_name="GroupInServiceInstances",
        dimensions_map={"AutoScalingGroupName": group.ref},
        statistic="Average",
        period=PERIOD,
    )


def _tracking(
    metrics: Mapping[str, cloudwatch.Metric], per_instance: float
) -> autoscaling.CfnScalingPolicy.TargetTrackingConfigurationProperty:
    policy = autoscaling.CfnScalingPolicy
    queries = [
        policy.TargetTrackingMetricDataQueryProperty(
            id=name,
            return_data=False,
            metric_stat=policy.TargetTrackingMetricStatProperty(
                stat=metric.statistic,
                metric=policy.MetricProperty(
                    namespace=metric.namespace,
                    metric_name=metric.metric_name,
                    dimensions=[
                        policy.MetricDimensionProperty(name=key, value=cast(str, value))
                        for key, value in (metric.dimensions or {}).items()
                    ],
                ),
            ),
        )
        for name, metric in metrics.items()
    ]
    answer = policy.TargetTrackingMetricDataQueryProperty(
        id="backlog_per_instance", expression=PER_TASK, return_data=True
    )
    return policy.TargetTrackingConfigurationProperty(
        target_value=per_instance,
        customized_metric_specification=policy.CustomizedMetricSpecificationProperty(
            metrics=[*queries, answer]
        ),
    )
