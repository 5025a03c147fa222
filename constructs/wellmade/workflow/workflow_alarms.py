"""Alarms of a workflow."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms

FAILED = (
    "An execution failed for good. Read its history: a compensation may be half done. Fix the cause, then "
    "redrive the execution."
)
TIMED_OUT = (
    "An execution ran out of time wherever it stood, and was not compensated. Read its history, then finish "
    "or compensate it by hand."
)
THROTTLED = (
    "Executions start or proceed too fast for the account. Compare their rate with the quotas of Step "
    "Functions in this region, and ask for more."
)


class WorkflowAlarms(Alarms):
    """Alarms of a workflow."""

    failed_executions: cloudwatch.Alarm
    """Executions that failed, in a minute; of an Express workflow only where a threshold is given."""
    timed_out_executions: cloudwatch.Alarm
    """Executions that ran out of time, in a minute."""
    throttled_executions: cloudwatch.Alarm
    """Starts and transitions that were throttled, in a minute."""


class WorkflowThresholds(TypedDict, total=False):
    """Thresholds of a workflow's alarms; None leaves one out."""

    failed_executions: float | None
    timed_out_executions: float | None
    throttled_executions: float | None


def define_workflow_alarms(
    machine: sfn.StateMachine, thresholds: Thresholds | None, *, express: bool
) -> WorkflowAlarms:
    """Define the alarms of a workflow.

    Args:
        machine: What they watch.
        thresholds: By name. Default: 0, the first one.
        express: Whether it is an Express one: what such a workflow does not bring to an end is compensated by
            the Standard one that runs it, and calls nobody.
    """
    dimensions = {"StateMachineArn": machine.state_machine_arn}
    texts = {
        "failed_executions": ("FailedExecutions", "ExecutionsFailed", FAILED),
        "timed_out_executions": ("TimedOutExecutions", "ExecutionsTimedOut", TIMED_OUT),
        "throttled_executions": ("ThrottledExecutions", "ExecutionThrottled", THROTTLED),
    }
    specs = {
        name: AlarmSpec(construct_id, metric, "AWS/States", dimensions, 0, text, "Sum")
        for name, (construct_id, metric, text) in texts.items()
    }
    quiet: Thresholds = {"failed_executions": None} if express else {}
    return define_alarms(WorkflowAlarms, machine, specs, {**quiet, **(thresholds or {})})
