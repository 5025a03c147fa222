"""Alarms of a workflow."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from wellmade.foundation.alarms import Alarms, Thresholds, define_alarms
from wellmade.foundation.execution_alarms import execution_specs


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
    specs = execution_specs(machine.state_machine_arn)
    quiet: Thresholds = {"failed_executions": None} if express else {}
    return define_alarms(WorkflowAlarms, machine, specs, {**quiet, **(thresholds or {})})
