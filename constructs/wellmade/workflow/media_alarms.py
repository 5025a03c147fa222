"""Alarms of a media pipeline."""

from typing import TypedDict, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.workflow.workflow import Workflow
from wellmade.workflow.workflow_alarms import WorkflowThresholds

UNDELIVERED = (
    "The arrival of a video could not be delivered to the workflow; the event is in the dead-letter queue. "
    "See whether the rule's role may start it, then start an execution with bucket, key and version of the "
    "event."
)


class MediaAlarms(Alarms):
    """Alarms of a media pipeline; those on executions are the workflow's own."""

    undelivered: cloudwatch.Alarm
    """Arrivals in the dead-letter queue."""
    failed_executions: cloudwatch.Alarm
    """Videos of which a format could not be made, in a minute: redrive the execution later."""
    timed_out_executions: cloudwatch.Alarm
    """Videos that were not finished in time, in a minute."""
    throttled_executions: cloudwatch.Alarm
    """Starts and transitions that were throttled, in a minute."""


class MediaThresholds(TypedDict, total=False):
    """Thresholds of a media pipeline's alarms; None leaves one out."""

    undelivered: float | None
    failed_executions: float | None
    timed_out_executions: float | None
    throttled_executions: float | None


def of_workflow(thresholds: MediaThresholds | None) -> WorkflowThresholds:
    """Return the thresholds of the workflow's alarms."""
    known = WorkflowThresholds.__annotations__
    found = {name: each for name, each in (thresholds or {}).items() if name in known}
    return cast(WorkflowThresholds, found)


def define_media_alarms(
    scope: Construct, queue: sqs.Queue, workflow: Workflow, thresholds: MediaThresholds | None
) -> MediaAlarms:
    """Define the alarm on what was not delivered, and return it with those of the workflow.

    Args:
        scope: The pipeline.
        queue: Of arrivals that were not delivered.
        workflow: Whose alarms are there.
        thresholds: By name. Default: 0.

    Raises:
        RefusedError: If one is for an alarm that there is not.
    """
    spec = AlarmSpec(
        "UndeliveredAlarm",
        "ApproximateNumberOfMessagesVisible",
        "AWS/SQS",
        {"QueueName": queue.queue_name},
        0,
        UNDELIVERED,
    )
    return define_alarms(MediaAlarms, scope, {"undelivered": spec}, thresholds, more=workflow.alarms)
