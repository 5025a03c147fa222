"""Alarms of a worker on a queue."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.foundation.alarms import Thresholds, define_alarms
from wellmade.foundation.durable_queue import QueueAlarms, QueueThresholds
from wellmade.foundation.task_alarms import task_specs

MINUTES_BUSY = 15
"""A worker that uses all of its CPU for a while is at work; for longer its heartbeats are late."""
CPU = (
    "Tasks have been short of CPU for a quarter of an hour: heartbeats come late, and messages are received "
    "twice. See what keeps them busy, then make them larger, or let each take fewer messages at once."
)


class WorkerAlarms(QueueAlarms):
    """Alarms of a queue and of the tasks that work it off."""

    cpu: cloudwatch.Alarm
    """Percentage of their processors that the tasks use on average."""
    memory: cloudwatch.Alarm
    """Percentage of their memory that the tasks use on average."""


class WorkerThresholds(QueueThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    cpu: float | None
    memory: float | None


THRESHOLDS = (*QueueAlarms.__annotations__, *WorkerAlarms.__annotations__)


def define_worker_alarms(
    scope: Construct, service: ecs.BaseService, queue: QueueAlarms, thresholds: Thresholds | None
) -> WorkerAlarms:
    """Define the alarms of a worker.

    Args:
        scope: The pattern.
        service: What runs the tasks.
        queue: The queue's own alarms.
        thresholds: By name; those of the queue are applied already.
    """
    specs = task_specs(service, cpu=CPU, cpu_minutes=MINUTES_BUSY)
    return define_alarms(WorkerAlarms, scope, specs, thresholds, more=queue)
