"""More tasks where there is more to do, and none outside of hours."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IConstruct

from wellmade.compute.cluster import SCALE_IN_COOLDOWN, SCALE_OUT_COOLDOWN
from wellmade.compute.options import Scaling
from wellmade.compute.tracking import tracking
from wellmade.foundation.scheduled_scaling import ScheduledScaling, refuse_wrong_hours
from wellmade.kit.refusals import refusal, require_between


def refuse_wrong_scaling(scope: IConstruct, scaling: Scaling) -> None:
    """Raise where numbers of tasks cannot work.

    Raises:
        RefusedError: If they cannot.
    """
    most = scaling.max_capacity
    require_between(scope, "scaling.min_capacity", scaling.min_capacity, 1, most, "2 survive a zone")
    require_between(
        scope, "scaling.cpu_utilization", scaling.cpu_utilization, 1, 100, "60 leaves time to react"
    )
    refuse_wrong_hours(scope, "scaling.hours", scaling.hours)
    least, fix = scaling.requests_per_target, "1000 a minute suit most services"
    require_between(scope, "scaling.requests_per_target", least, 1, 1_000_000_000, fix)
    base = scaling.on_demand_base
    if base is not None and base < 1:
        fix = "Spot tasks may all be taken at once; keep one that cannot be"
        raise refusal(
            scope,
            "scaling.on_demand_base",
            "at least 1 where Spot is used",
            base,
            fix,
            rule="spot-without-base",
        )


def scale(
    service: ecs.FargateService, scaling: Scaling, target_groups: Sequence[elbv2.ApplicationTargetGroup]
) -> ecs.ScalableTaskCount:
    """Keep the CPU utilization and the requests of each task at what is aimed at."""
    tasks = service.auto_scale_task_count(
        min_capacity=scaling.min_capacity, max_capacity=scaling.max_capacity
    )
    tasks.scale_on_cpu_utilization(
        "Cpu",
        target_utilization_percent=scaling.cpu_utilization,
        scale_out_cooldown=SCALE_OUT_COOLDOWN,
        scale_in_cooldown=SCALE_IN_COOLDOWN,
    )
    if len(target_groups) == 1:
        tasks.scale_on_request_count(
            "Requests",
            requests_per_target=scaling.requests_per_target,
            target_group=target_groups[0],
            scale_out_cooldown=SCALE_OUT_COOLDOWN,
            scale_in_cooldown=SCALE_IN_COOLDOWN,
        )
    else:
        _scale_on_requests_of_all(tasks, scaling, target_groups)
    if scaling.hours:
        _keep_hours(tasks, scaling, scaling.hours)
    return tasks


def _scale_on_requests_of_all(
    tasks: ecs.ScalableTaskCount, scaling: Scaling, target_groups: Sequence[elbv2.ApplicationTargetGroup]
) -> None:
    """Scale on the requests to whichever set of targets has them: after a release it is the other one.

    What Application Auto Scaling offers by itself counts one set, and never scales in once that has no
    requests any more. Source: https://github.com/aws/containers-roadmap/issues/1681
    """
    metrics = {
        name: cloudwatch.Metric(
            metric_name="RequestCountPerTarget",
            namespace="AWS/ApplicationELB",
            dimensions_map={"TargetGroup": targets.target_group_full_name},
            statistic="Sum",
        )
        for name, targets in zip(("blue", "green"), target_groups, strict=True)
    }
    target = cast(autoscaling.CfnScalableTarget, tasks.node.find_child("Target").node.find_child("Resource"))
    autoscaling.CfnScalingPolicy(
        tasks,
        "Requests",
        policy_name="requests-per-task",
        policy_type="TargetTrackingScaling",
        scaling_target_id=target.ref,
        target_tracking_scaling_policy_configuration=tracking(
            "requests_per_task", "FILL(blue, 0) + FILL(green, 0)", metrics, scaling.requests_per_target
        ),
    )


def _keep_hours(tasks: ecs.ScalableTaskCount, scaling: Scaling, hours: ScheduledScaling) -> None:
    tasks.scale_on_schedule(
        "Start",
        schedule=hours.start,
        time_zone=hours.zone,
        min_capacity=scaling.min_capacity,
        max_capacity=scaling.max_capacity,
    )
    tasks.scale_on_schedule("End", schedule=hours.end, time_zone=hours.zone, min_capacity=0, max_capacity=0)
