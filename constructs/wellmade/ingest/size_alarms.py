"""Alarms of a size router."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.function_alarms import SHARE_OF_TIMEOUT
from wellmade.kit.refusals import refusal

LONG_RUNS = (
    "The function took over 80 % of its timeout: files just below the threshold soon run out of time. See in "
    "its log how large they were, then lower the threshold or raise the timeout."
)
FAILED = (
    "A larger file was not processed: its execution failed for good. Read the execution's history and the "
    "task's log, fix the cause, then redrive the execution."
)
TIMED_OUT = (
    "A larger file was not processed in time. See in the task's log how far it came, raise the task's "
    "timeout or its size, then redrive the execution."
)


class SizeAlarms(Alarms):
    """Alarms of a size router; those on executions are the workflow's own where it has them."""

    long_runs: cloudwatch.Alarm
    """Longest run of the function in a minute, in milliseconds."""
    failed_executions: cloudwatch.Alarm
    """Larger files whose execution failed, in a minute."""
    timed_out_executions: cloudwatch.Alarm
    """Larger files whose execution ran out of time, in a minute."""


class SizeThresholds(TypedDict, total=False):
    """Thresholds of a size router's alarms; None leaves one out."""

    long_runs: float | None
    failed_executions: float | None
    timed_out_executions: float | None


def define_size_alarms(
    scope: Construct,
    function: lambda_.IFunction,
    workflow: sfn.IStateMachine,
    timeout: float,
    thresholds: Thresholds | None,
) -> SizeAlarms:
    """Define the alarms of a size router.

    Args:
        scope: The router.
        function: What processes smaller files.
        workflow: What processes larger ones.
        timeout: Of the function, in seconds.
        thresholds: By name. Default: 80 % of the timeout, 0, 0.

    Raises:
        RefusedError: If one is for an alarm that there is not, or that the workflow has.
    """
    own = getattr(workflow, "alarms", None)
    more = own if isinstance(own, Alarms) else None
    of_function = {"FunctionName": function.function_name}
    line = SHARE_OF_TIMEOUT * timeout * 1000
    specs = {"long_runs": AlarmSpec("LongRuns", "Duration", "AWS/Lambda", of_function, line, LONG_RUNS)}
    if more is None:
        machine, kind = {"StateMachineArn": workflow.state_machine_arn}, "AWS/States"
        failed, late = "ExecutionsFailed", "ExecutionsTimedOut"
        specs |= {
            "failed_executions": AlarmSpec("FailedExecutions", failed, kind, machine, 0, FAILED, "Sum"),
            "timed_out_executions": AlarmSpec("TimedOutExecutions", late, kind, machine, 0, TIMED_OUT, "Sum"),
        }
    for name in set(thresholds or ()) & set(more.by_name() if more else ()):
        allowed, fix = "left out beside a Workflow", "set it on the Workflow, which has the alarm already"
        raise refusal(scope, f"alarm_thresholds[{name!r}]", allowed, "a threshold", fix)
    return define_alarms(SizeAlarms, scope, specs, thresholds, more=more)
