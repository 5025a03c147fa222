"""Alarms of a fleet of instances on a queue."""

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.durable_queue import QueueAlarms, QueueThresholds

CPU = (
    "Instances have been short of CPU for a quarter of an hour: heartbeats come late, and messages are "
    "received twice. See what keeps them busy, then choose larger instance types."
)
PENDING = (
    "Instances have been starting for a quarter of an hour and none is ready. Read the activity history of "
    "the group: no Spot capacity, a quota, or an image that is gone. Add instance types, or raise the quota."
)


class FleetAlarms(QueueAlarms):
    """Alarms of a queue and of the instances that work it off."""

    cpu: cloudwatch.Alarm
    """Percentage of their processors that the instances use on average."""
    pending: cloudwatch.Alarm
    """Instances that are starting."""


class FleetThresholds(QueueThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    cpu: float | None
    pending: float | None


THRESHOLDS = (*QueueAlarms.__annotations__, *FleetAlarms.__annotations__)


def define_fleet_alarms(
    scope: Construct,
    group: autoscaling.CfnAutoScalingGroup,
    queue: QueueAlarms,
    thresholds: Thresholds | None,
) -> FleetAlarms:
    """Define the alarms of a fleet.

    Args:
        scope: The pattern.
        group: The instances.
        queue: The queue's own alarms.
        thresholds: By name; those of the queue are applied already.
    """
    of = {"AutoScalingGroupName": group.ref}
    specs = {
        "cpu": AlarmSpec("Cpu", "CPUUtilization", "AWS/EC2", of, 90, CPU, "Average", minutes=15),
        "pending": pending_spec(group),
    }
    return define_alarms(FleetAlarms, scope, specs, thresholds, more=queue)


def pending_spec(group: autoscaling.CfnAutoScalingGroup) -> AlarmSpec:
    """Return the alarm on instances that do not come up."""
    of = {"AutoScalingGroupName": group.ref}
    return AlarmSpec("Pending", "GroupPendingInstances", "AWS/AutoScaling", of, 0, PENDING, minutes=15)
