"""As many tasks as the backlog takes, from none to many and back."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.compute.tracking import tracking
from wellmade.kit.lookups import default_child

PERIOD = Duration.minutes(1)

_BACKLOG = "ApproximateNumberOfMessagesVisible"
_TAKEN = "ApproximateNumberOfMessagesNotVisible"
PER_TASK = "(waiting + taken) / IF(FILL(running, 0) > 0, running, 1)"
"""What is taken counts too: a task that is busy must not be taken for one too many."""

ASLEEP = "IF(FILL(running, 0) < 1 AND waiting > 0, 1, 0)"
"""One where work waits and nobody is there: then tracking has no number of tasks to multiply."""


def scale_on_backlog(
    scope: Construct, service: ecs.BaseService, queue: sqs.IQueue, *, max_capacity: int, per_task: float
) -> ecs.ScalableTaskCount:
    """Keep the backlog of each task at what it works off in the acceptable time.

    Tasks are counted by the samples of their CPU metric, one a minute each, which every cluster publishes;
    the count of Container Insights is there only where a cluster has that.

    Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html,
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html and
    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html

    Args:
        scope: Where the policies are defined.
        service: What is scaled, from no task up.
        queue: Where work waits.
        max_capacity: Most tasks.
        per_task: Messages that a task may have before it.
    """
    tasks = service.auto_scale_task_count(min_capacity=0, max_capacity=max_capacity)
    target = cast(autoscaling.CfnScalableTarget, tasks.node.find_child("Target").node.find_child("Resource"))
    autoscaling.CfnScalingPolicy(
        scope,
        "BacklogPerTask",
        policy_name="backlog-per-task",
        policy_type="TargetTrackingScaling",
        scaling_target_id=target.ref,
        target_tracking_scaling_policy_configuration=tracking(
            "backlog_per_task", PER_TASK, _metrics(service, queue), per_task
        ),
    )
    wake = autoscaling.CfnScalingPolicy(
        scope,
        "Wake",
        policy_name="wake",
        policy_type="StepScaling",
        scaling_target_id=target.ref,
        step_scaling_policy_configuration=autoscaling.CfnScalingPolicy.StepScalingPolicyConfigurationProperty(
            adjustment_type="ExactCapacity",
            cooldown=PERIOD.to_seconds(),
            step_adjustments=[
                autoscaling.CfnScalingPolicy.StepAdjustmentProperty(
                    metric_interval_lower_bound=0, scaling_adjustment=1
                )
            ],
        ),
    )
    define_wake(scope, _metrics(service, queue), wake.ref, one="task")
    return tasks


def define_wake(scope: Construct, metrics: Mapping[str, cloudwatch.Metric], policy: str, *, one: str) -> None:
    """Start the first task or instance; people hear of it only through the age of the oldest message.

    Args:
        scope: Where the alarm is defined.
        metrics: `waiting` and `running`.
        policy: The ARN of the policy that starts it.
        one: What it starts: a task or an instance.
    """
    alarm = cloudwatch.Alarm(
        scope,
        "Asleep",
        metric=cloudwatch.MathExpression(
            expression=ASLEEP,
            using_metrics={name: metrics[name] for name in ("waiting", "running")},
            period=PERIOD,
        ),
        threshold=0,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=f"Work waits and no {one} runs: one is started. No person is needed.",
    )
    cast(cloudwatch.CfnAlarm, default_child(alarm)).alarm_actions = [policy]


def metrics_of_queue(queue: sqs.IQueue) -> dict[str, cloudwatch.Metric]:
    """Return how many messages wait, and how many are taken and not finished."""
    of_queue = {"QueueName": queue.queue_name}
    return {
        "waiting": _metric(_BACKLOG, "AWS/SQS", of_queue, "Average"),
        "taken": _metric(_TAKEN, "AWS/SQS", of_queue, "Average"),
    }


def _metrics(service: ecs.BaseService, queue: sqs.IQueue) -> dict[str, cloudwatch.Metric]:
    of_service = {"ClusterName": service.cluster.cluster_name, "ServiceName": service.service_name}
    return {
        **metrics_of_queue(queue),
        "running": _metric("CPUUtilization", "AWS/ECS", of_service, "SampleCount"),
    }


def _metric(name: str, namespace: str, dimensions: dict[str, str], statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        metric_name=name,
        namespace=namespace,
        dimensions_map=dimensions,
        statistic=statistic,
        period=PERIOD,
    )
