"""EventBridge Scheduler to a function or a Fargate task."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.schedules import RETRY_ATTEMPTS
from wellmade.foundation.function_option import FunctionOption, WorkloadPattern, handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.monitor import graphs_of_function
from wellmade.kit.names import early_name
from wellmade.kit.synth_checks import check_at_synth
from wellmade.workflow.run_task import RunTask
from wellmade.workflow.schedule_alarms import ScheduleAlarms, ScheduleThresholds, define_schedule_alarms
from wellmade.workflow.schedule_parts import (
    Keeping,
    Starting,
    dead_letters_of,
    define_schedule,
    leases_of,
    start_role,
)
from wellmade.workflow.schedule_rules import (
    ScheduleRules,
    refuse_own_schedule,
    refuse_wrong_target,
    refuse_wrong_times,
    timeout_of_job,
)
from wellmade.workflow.schedule_targets import FunctionTarget, Target, TaskTarget
from wellmade_runtime.metrics import NAMESPACE
from wellmade_runtime.run_leases import SKIPPED

TIMEOUT = Duration.minutes(5)
TOLD = {
    "scheduled_time": "<aws.scheduler.scheduled-time>",
    "execution_id": "<aws.scheduler.execution-id>",
    "attempt": "<aws.scheduler.attempt-number>",
}
"""What EventBridge Scheduler writes into the event.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""
COPIES = 2
"""One that works, and one that finds it at work."""


class ScheduledJob(WorkloadPattern):
    """Run a job at its times, one run after the other, and lose none without an alarm.

    Defines: schedule in a group of its own, the role that starts the job, dead-letter queue, function, table
    of leases, alarms on starts that failed or were dropped, on runs that found another one at work, on
    errors, throttles, duration and concurrency of the function, and on failures that Lambda could not hand
    on; of these what it is not given. For a task also a rule that moves the end of a task
    that failed to the dead-letter queue.

    The overlap guard is in the code: `wellmade_runtime.run_leases` takes the job's lease by a conditional
    write, and a run that finds another one at work ends at once. A lease ends with the longest run, so that
    a crash blocks nothing for longer. The event tells the start: `schedule` with `job` and `scheduled_time`;
    a task reads it from the variable `SCHEDULED_EVENT`.

    Example:
        nightly = scheduler.ScheduleExpression.cron(
            hour="3", minute="30", time_zone=TimeZone.EUROPE_BERLIN
        )
        job = ScheduledJob(self, "Nightly", schedule=nightly, function="reconciliation")

    Args:
        schedule: When it starts, with its time zone.
        function: What runs up to 15 minutes: the `Path` of your own folder, a `PythonFunction`, any
            `lambda_.IFunction`, or the name of a handler that travels with this library. Default: a task.
        task: What may run longer, as a `RunTask`; it ends itself within its `timeout`. Default: a function.
        input: More of the event, beside `schedule`, which it must not have itself. Default: nothing.
        flexible_window: How much later a start may come, in whole minutes, so that not all jobs of an account
            start together; 0 for none. Default: a quarter of the interval, at most 15 minutes.
        max_event_age: How long a start that fails is tried again, 1 minute to 24 hours. Default: until the
            next start is due.
        retry_attempts: How often, 0 to 185. Default: 185.
        timeout: Longest run, of a function that is defined here or imported. Default: 5 minutes; what the
            function or the task has.
        overlap_guard: Whether runs take a lease. Default: True.
        lease_table: Your own table with the partition key `pk`, which jobs may share. Default: one is
            defined.
        dead_letter_queue: Your own standard queue. Default: one is defined and kept 14 days.
        encryption_key: Your own key for the dead-letter queue, the leases and the event. Default: keys of
            AWS.
        removal_policy: What happens to queue and leases when they leave the stack. Default: they are
            retained.
        alarm_thresholds: By alarm (`dead_letters`, `dropped_starts`, `skipped_runs`, `errors`, `throttles`,
            `duration`, `concurrency`, `destination_failures`) the line above which it fires, or None to leave
            it out. Default: 0 each, and of the function as for a `PythonFunction`.

    Raises:
        RefusedError: If there is neither a function nor a task, a time is out of bounds or cannot be read of
            an imported function; at synth also if a start that fails would be dropped, a run may last into
            the next without a guard, or the clocks of the time zone skip a start.
    """

    dead_letter_queue: sqs.IQueue
    """Where starts that failed wait for a person."""
    lease_table: dynamodb.ITable | dynamodb.Table | None
    """Where runs take their lease; None without a guard."""
    job_name: str
    """What its lease and its metrics are called by."""
    resource: scheduler.CfnSchedule
    """The CloudFormation resource."""
    alarms: ScheduleAlarms
    """`dead_letters`, `dropped_starts`, `skipped_runs`; of a function also `errors`, `throttles`, `duration`,
    `concurrency` and `destination_failures`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        schedule: scheduler.ScheduleExpression,
        function: FunctionOption | None = None,
        task: RunTask | None = None,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the CDK's word for it
        flexible_window: Duration | None = None,
        max_event_age: Duration | None = None,
        retry_attempts: int = RETRY_ATTEMPTS[1],
        timeout: Duration | None = None,
        overlap_guard: bool = True,
        lease_table: dynamodb.ITable | dynamodb.Table | None = None,
        dead_letter_queue: sqs.IQueue | sqs.Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: ScheduleThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        expression = schedule.expression_string
        refuse_wrong_target(self, function, task)
        refuse_wrong_times(self, expression, flexible_window, max_event_age, retry_attempts)
        refuse_own_schedule(self, input)
        self._target = self._take(function, task, timeout, alarm_thresholds)
        self._workload = self._target.workload
        self.job_name = early_name(self, "Job", max_length=64)
        longest = timeout_of_job(self, self._target.timeout, timeout)
        keeping = Keeping(encryption_key, removal_policy)
        self.dead_letter_queue = dead_letters_of(self, dead_letter_queue, keeping)
        failing = self._target.keep_failures(self, self.dead_letter_queue)
        self.lease_table = leases_of(self, lease_table, keeping) if overlap_guard else None
        self.schedule_group: scheduler.CfnScheduleGroup = scheduler.CfnScheduleGroup(self, "Group")
        self.resource = define_schedule(
            self,
            schedule,
            Starting(flexible_window, max_event_age, retry_attempts),
            self._start(input),
            group=self.schedule_group,
            failed=self.dead_letter_queue,
            key=encryption_key,
            guarded=longest if overlap_guard and self._target.resource else None,
        )
        self.alarms = define_schedule_alarms(
            self,
            dead_letters=self.dead_letter_queue,
            group_name=self.schedule_group.ref,
            function_name=failing,
            guarded_job=self.job_name if overlap_guard else None,
            thresholds=alarm_thresholds,
            more=self._target.alarms,
        )
        rules = ScheduleRules(self, self.resource, self._target.resource, longest, overlap_guard)
        check_at_synth(self, rules.broken)

    @property
    def function(self) -> lambda_.IFunction | None:
        """What does the work; None where a task does."""
        return self._target.given

    def grant_run(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` start a run out of turn, with an event such as the schedule's, and nothing else."""
        return self._target.grant_run(grantee)

    def metric_attempts(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of starts that were tried; options as for `cloudwatch.Metric`."""
        return self._metric("InvocationAttemptCount", options)

    def metric_dropped_starts(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of starts that were given up; options as for `cloudwatch.Metric`."""
        return self._metric("InvocationDroppedCount", options)

    def metric_skipped_runs(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of runs that found another one at work; options as for `cloudwatch.Metric`."""
        wanted = {"statistic": "Sum", "dimensions_map": {"job": self.job_name}, **options}
        return cloudwatch.Metric(namespace=NAMESPACE, metric_name=SKIPPED, **wanted)

    def metric_dead_letters(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of starts in the dead-letter queue; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        starts = Graph("starts", [self.metric_attempts(), self.metric_dropped_starts()])
        kept = Graph("skipped runs, dead letters", [self.metric_skipped_runs(), self.metric_dead_letters()])
        return [starts, kept, *(graphs_of_function(self.function) if self.function else [])]

    def _metric(self, name: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        wanted = {"statistic": "Sum", "dimensions_map": {"ScheduleGroup": self.schedule_group.ref}, **options}
        return cloudwatch.Metric(namespace="AWS/Scheduler", metric_name=name, **wanted)

    def _take(
        self,
        function: FunctionOption | None,
        task: RunTask | None,
        timeout: Duration | None,
        thresholds: ScheduleThresholds | None,
    ) -> Target:
        if task is not None:
            return TaskTarget(self, task)
        assert function is not None  # noqa: S101 - refused above
        longest = timeout or TIMEOUT
        found = handling(
            self, function, timeout=longest, reserved_concurrency=COPIES, alarm_thresholds=thresholds
        )
        return FunctionTarget(found)

    def _start(self, more: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the schedule's target: whom to start as which role, and with what event."""
        role = start_role(self, self.schedule_group, self.dead_letter_queue)
        self._target.allow_start(role)
        event = {**(more or {}), "schedule": {"job": self.job_name, **TOLD}}
        return {"role_arn": role.role_arn, **self._target.properties(event)}
