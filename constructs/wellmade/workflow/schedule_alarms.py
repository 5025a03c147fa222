"""Alarms of a scheduled job."""

from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.function_alarms import destination_failures
from wellmade_runtime.metrics import NAMESPACE
from wellmade_runtime.run_leases import SKIPPED

DEAD_LETTERS = (
    "A run did not start, or failed for good; its start is in the dead-letter queue. Read the job's log, fix "
    "the cause, then run it again with that message."
)
DROPPED = (
    "Starts were dropped after all retries. See the permissions of the schedule's role, and whether the "
    "function or the cluster is still there."
)
SKIPPED_RUNS = (
    "A run was due while the one before was still at work, and ended at once. See why the job takes so long, "
    "or start it less often."
)


class ScheduleAlarms(Alarms):
    """Alarms of a scheduled job; those on errors and throttles are a function's."""

    dead_letters: cloudwatch.Alarm
    """Starts in the dead-letter queue."""
    dropped_starts: cloudwatch.Alarm
    """Starts that were given up, in a minute."""
    skipped_runs: cloudwatch.Alarm
    """Runs that found another one at work, in a minute; where there is an overlap guard."""
    errors: cloudwatch.Alarm
    """Runs that failed, in a minute."""
    throttles: cloudwatch.Alarm
    """Runs that were refused, in a minute."""
    duration: cloudwatch.Alarm
    """What 99 of 100 runs of a minute took at most, in milliseconds."""
    concurrency: cloudwatch.Alarm
    """Runs at once, at most."""
    destination_failures: cloudwatch.Alarm
    """Starts that failed and did not reach the dead-letter queue, in a minute."""


class ScheduleThresholds(TypedDict, total=False):
    """Thresholds of a scheduled job's alarms; None leaves one out."""

    dead_letters: float | None
    dropped_starts: float | None
    skipped_runs: float | None
    errors: float | None
    throttles: float | None
    duration: float | Duration | None
    concurrency: float | None
    destination_failures: float | None


def define_schedule_alarms(
    scope: Construct,
    *,
    dead_letters: sqs.IQueue,
    group_name: str,
    function_name: str | None,
    guarded_job: str | None,
    thresholds: Thresholds | None,
    more: Alarms | None,
) -> ScheduleAlarms:
    """Define the alarms of a scheduled job.

    Args:
        scope: The job.
        dead_letters: Where starts end that fail.
        group_name: Of its schedule, whose metrics are by group.
        function_name: Of the function whose failures end there too; None where they go elsewhere, or a task
            is started.
        guarded_job: The job's name where it has an overlap guard.
        thresholds: By name. Default: 0, the first one.
        more: Those of its function.
    """
    waiting, group = {"QueueName": dead_letters.queue_name}, {"ScheduleGroup": group_name}
    visible, dropped = "ApproximateNumberOfMessagesVisible", "InvocationDroppedCount"
    specs = {
        "dead_letters": AlarmSpec("DeadLetters", visible, "AWS/SQS", waiting, 0, DEAD_LETTERS),
        "dropped_starts": AlarmSpec("DroppedStarts", dropped, "AWS/Scheduler", group, 0, DROPPED, "Sum"),
    }
    if guarded_job:
        of_job = {"job": guarded_job}
        specs["skipped_runs"] = AlarmSpec("SkippedRuns", SKIPPED, NAMESPACE, of_job, 0, SKIPPED_RUNS, "Sum")
    if function_name:
        specs["destination_failures"] = destination_failures(function_name)
    of_function = more.by_name() if more else {}
    own = {name: value for name, value in (thresholds or {}).items() if name not in of_function}
    return define_alarms(ScheduleAlarms, scope, specs, own, more=more)
