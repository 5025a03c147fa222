"""What a scheduled job stands on: role, dead-letter queue, leases, and the schedule itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

from wellmade.facts.schedules import EVENT_AGE, interval
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.durable_queue import allow_send
from wellmade.foundation.function_option import WorkloadPattern
from wellmade.foundation.on_demand_table import OnDemandTable, allow_table
from wellmade.foundation.queue_rules import refuse_other_kind
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress
from wellmade.kit.variables import set_variables
from wellmade.workflow.schedule_alarms import DEAD_LETTERS
from wellmade.workflow.schedule_rules import MINUTE, known_zone
from wellmade_runtime.variables import LEASE_TABLE

SCHEDULER = "scheduler.amazonaws.com"
LONGEST_WINDOW = 15 * MINUTE
GUARDED = "A run that finds another one's lease ends at once, and counts it in a metric."
USES_OF_LEASES = ["dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"]
KEY_OF_LEASES = "pk"


@dataclass(frozen=True)
class Keeping:
    """How what a job defines is kept."""

    key: kms.IKey | kms.Key | None
    removal_policy: RemovalPolicy


@dataclass(frozen=True)
class Starting:
    """How punctual starts are, and how often they are tried."""

    window: Duration | None
    age: Duration | None
    attempts: int


def dead_letters_of(job: WorkloadPattern, given: sqs.IQueue | sqs.Queue | None, keeping: Keeping) -> Any:
    """Return the dead-letter queue: the user's, or one that is defined.

    Raises:
        RefusedError: If it is of another account or region, or FIFO.
    """
    if given is not None:
        refuse_elsewhere(job, "dead_letter_queue", given)
        refuse_other_kind(path_of(job), given, fifo=False)
        return given
    queue, _ = define_dead_letters(
        job,
        "Failed",
        meaning=DEAD_LETTERS,
        threshold=None,
        encryption_key=keeping.key,
        removal_policy=keeping.removal_policy,
    )
    return queue


def leases_of(job: WorkloadPattern, given: dynamodb.ITable | dynamodb.Table | None, keeping: Keeping) -> Any:
    """Return the table of leases, the user's or one that is defined, once the code may use it.

    Raises:
        RefusedError: If it is of another account or region.
    """
    if given is not None:
        refuse_elsewhere(job, "lease_table", given)
    table = given or OnDemandTable(
        job,
        "Leases",
        partition_key=KEY_OF_LEASES,
        encryption_key=keeping.key,
        removal_policy=keeping.removal_policy,
    )
    set_variables(job, job, {LEASE_TABLE: table.table_name})
    allow_table(table, job, USES_OF_LEASES)
    return table


def start_role(job: WorkloadPattern, group: scheduler.CfnScheduleGroup, failed: sqs.IQueue) -> WorkloadRole:
    """Define the role as which the schedule acts, for schedules of its group alone."""
    service: Any = service_of(job, SCHEDULER, group.attr_arn)
    role = WorkloadRole(job, "StartRole", assumed_by=service, policy_name="Start")
    sender: Any = _Sending(role)
    allow_send(failed, sender)
    return role


class _Sending:
    """The schedule's role, as what sends to the dead-letter queue."""

    def __init__(self, role: WorkloadRole) -> None:
        self._role = role

    def allow(self, actions: Any, resources: Any, **options: Any) -> None:
        used_by = "EventBridge Scheduler, to keep starts that fail"
        self._role.allow(actions, resources, **{"used_by": used_by, **options})


def define_schedule(
    job: WorkloadPattern,
    schedule: scheduler.ScheduleExpression,
    starting: Starting,
    start: Mapping[str, Any],
    *,
    group: scheduler.CfnScheduleGroup,
    failed: sqs.IQueue,
    key: kms.IKey | kms.Key | None,
    guarded: float | None,
) -> scheduler.CfnSchedule:
    """Define the schedule.

    Args:
        job: What it starts.
        schedule: When.
        starting: How punctual starts are, and how often they are tried.
        start: The rest of its target.
        group: Its own.
        failed: Where starts go that fail.
        key: The user's.
        guarded: The longest run of a function in seconds, where runs take a lease.

    Raises:
        RefusedError: If there is no such time zone.
    """
    zone = schedule.time_zone.timezone_name if schedule.time_zone else "Etc/UTC"
    known_zone(job, zone)
    every = interval(schedule.expression_string)
    kind = scheduler.CfnSchedule
    resource = kind(
        job,
        "Schedule",
        group_name=group.ref,
        schedule_expression=schedule.expression_string,
        schedule_expression_timezone=zone,
        flexible_time_window=_window(starting.window, every),
        kms_key_arn=key.key_arn if key else None,
        target=kind.TargetProperty(
            dead_letter_config=kind.DeadLetterConfigProperty(arn=failed.queue_arn),
            retry_policy=kind.RetryPolicyProperty(
                maximum_event_age_in_seconds=_age(starting.age, every),
                maximum_retry_attempts=starting.attempts,
            ),
            **start,
        ),
    )
    if guarded and every and every < guarded:
        suppress(resource, {"schedule-overlap": GUARDED})
    return resource


def _window(given: Duration | None, every: int | None) -> scheduler.CfnSchedule.FlexibleTimeWindowProperty:
    """Return what was asked for, else a quarter of the interval in whole minutes."""
    asked = seconds(given) if given is not None else min(LONGEST_WINDOW, (every or 86_400) / 4)
    minutes = int(asked // MINUTE)
    kind = scheduler.CfnSchedule.FlexibleTimeWindowProperty
    return kind(mode="FLEXIBLE", maximum_window_in_minutes=minutes) if minutes else kind(mode="OFF")


def _age(given: Duration | None, every: int | None) -> float:
    """Return what was asked for, else the time until the next start."""
    least, most = EVENT_AGE
    return seconds(given) if given is not None else max(least, min(every or most, most))
