"""Alarms of a group of container instances."""

from collections.abc import Mapping
from typing import TypedDict

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.compute.fleet.alarms import pending_spec
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms

NAMESPACE = "AWS/ECS/ManagedScaling"
RESERVATION = "CapacityProviderReservation"
_MINUTES = 15
WAITING = (
    "Tasks have waited for instances for a quarter of an hour. Read the activity history of the group: it is "
    "at its most instances, there is no such capacity, a quota is reached, or no type has room for the task."
)


class GroupAlarms(Alarms):
    """Alarms of the instances of one group."""

    waiting_tasks: cloudwatch.Alarm
    """Percentage of the instances that there are which the tasks of the group take; above 100 some wait."""
    pending: cloudwatch.Alarm
    """Instances that are starting."""


class GroupThresholds(TypedDict, total=False):
    """Thresholds of these alarms; None leaves one out."""

    waiting_tasks: float | None
    pending: float | None


def reservation_dimensions(cluster: ecs.ICluster, provider: ecs.CfnCapacityProvider) -> dict[str, str]:
    """Return what ECS publishes the reservation of a capacity provider under."""
    return {"ClusterName": cluster.cluster_name, "CapacityProviderName": provider.ref}


def define_group_alarms(
    scope: Construct,
    group: autoscaling.CfnAutoScalingGroup,
    reservation: Mapping[str, str],
    thresholds: GroupThresholds | None,
) -> GroupAlarms:
    """Define the alarms of a group.

    Args:
        scope: The group.
        group: Its instances.
        reservation: Dimensions of its reservation.
        thresholds: By name.
    """
    specs = {
        "waiting_tasks": AlarmSpec(
            "WaitingTasks", RESERVATION, NAMESPACE, reservation, 100, WAITING, "Average", minutes=_MINUTES
        ),
        "pending": pending_spec(group),
    }
    return define_alarms(GroupAlarms, scope, specs, thresholds)
