"""Gap: schedules know UTC alone, one that a template defines has no time zone, and a failed start is lost.

Here a schedule goes by the clocks of its time zone, starts with the rights of its role, writes its context
attributes into the input, tries again within its retry policy, and then uses its dead-letter queue. A
flexible window is not waited for: every start comes at its beginning.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError
from ministack.core.responses import request_scope
from ministack.services import eventbridge, scheduler
from ministack.services.cloudformation import provisioners

from . import calls, deliveries, not_done, schedule_times

Schedule = dict[str, Any]
KEPT = ("ScheduleExpressionTimezone", "StartDate", "EndDate", "KmsKeyArn")
"""What MiniStack drops of a template."""
LONGEST_WAIT = 60.0
_seen: dict[Any, float] = {}
"""Until when the starts of a schedule were looked for."""
_waiting: list["Start"] = []


@dataclass
class Start:
    """One start of a schedule, tried until it succeeds or its policy ends."""

    schedule: Schedule
    account: str
    region: str
    scheduled: datetime
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    first: float = field(default_factory=time.time)
    attempt: int = 0
    due: float = 0.0


def apply() -> None:
    """Keep what a template says, and start by it, once a second."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"]
    create, update = handler["create"], handler["update"]

    def create_and_keep(logical_id: str, properties: Schedule, stack: str) -> Any:
        return _keep(create(logical_id, properties, stack), properties)

    def update_and_keep(physical_id: str, old: Schedule, new: Schedule, stack: str) -> Any:
        return _keep(update(physical_id, old, new, stack), new)

    handler |= {"create": create_and_keep, "update": update_and_keep}
    scheduler._tick_schedules = tick
    scheduler._SCHEDULE_TICK_INTERVAL = 1


def _keep(result: Any, properties: Schedule) -> Any:
    kept = scheduler._schedules[f"{properties.get('GroupName', 'default')}/{result[0]}"]
    kept.update({name: properties[name] for name in KEPT if name in properties})
    return result


def tick() -> None:
    """Start what is due, and try again what failed."""
    now = time.time()
    for key, schedule in list(scheduler._schedules._data.items()):
        account, region, _ = key
        if schedule.get("State", "ENABLED") == "ENABLED":
            # The first look includes the moment of creation, at which a rate begins.
            after = _seen.get(key, float(schedule["CreationDate"]) - 0.001)
            _waiting.extend(Start(schedule, account, region, each) for each in starts(schedule, after, now))
        _seen[key] = now
        if _is_over(schedule, now) and schedule.get("ActionAfterCompletion") == "DELETE":
            scheduler._schedules._data.pop(key, None)
    for start in [each for each in _waiting if each.due <= now]:
        _waiting.remove(start)
        with request_scope(start.account, start.region):
            _try(start)


def starts(schedule: Schedule, after: float, until: float) -> Iterator[datetime]:
    """Yield when a schedule starts after one time and until another."""
    expression, zone = schedule["ScheduleExpression"], schedule.get("ScheduleExpressionTimezone") or "Etc/UTC"
    begin, end = (scheduler._to_epoch(schedule.get(name)) for name in ("StartDate", "EndDate"))
    until = min(until, end) if end else until
    fields, rate = eventbridge._parse_cron_fields(expression), eventbridge._parse_rate_seconds(expression)
    if rate:
        yield from _at_rate(rate, begin or float(schedule["CreationDate"]), after, until)
    elif fields:

        def next_wall(wall: datetime) -> datetime | None:
            found: datetime | None = eventbridge._cron_next_fire(fields, wall.replace(tzinfo=UTC))
            return found.replace(tzinfo=None) if found else None

        first = datetime.fromtimestamp(max(after, begin or 0), UTC)
        yield from schedule_times.starts(next_wall, zone, first, datetime.fromtimestamp(until, UTC))
    elif once := _once(expression):
        wanted = [each for each in (once,) if after < _instant(each, zone).timestamp() <= until]
        yield from (_instant(each, zone) for each in wanted)


def _at_rate(rate: float, begin: float, after: float, until: float) -> Iterator[datetime]:
    count = max(0, int((after - begin) // rate) + 1) if after >= begin else 0
    while begin + count * rate <= until:
        yield datetime.fromtimestamp(begin + count * rate, UTC)
        count += 1


def _once(expression: str) -> datetime | None:
    text = expression.strip()
    return datetime.fromisoformat(text[3:-1]) if text.startswith("at(") and text.endswith(")") else None


def _instant(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _is_over(schedule: Schedule, now: float) -> bool:
    end, once = scheduler._to_epoch(schedule.get("EndDate")), _once(schedule["ScheduleExpression"])
    zone = schedule.get("ScheduleExpressionTimezone") or "Etc/UTC"
    return bool((end and now > end) or (once and now > _instant(once, zone).timestamp()))


def _try(start: Start) -> None:
    target, name = start.schedule.get("Target") or {}, f"schedule {start.schedule.get('Name')}"
    start.attempt += 1
    text = _filled(str(target.get("Input") or "{}"), start)
    parameters = {**(target.get("SqsParameters") or {}), **(target.get("EventBridgeParameters") or {})}
    options = {"InvocationType": "FIRE_AND_FORGET", **parameters}
    try:
        deliveries.deliver(target["Arn"], text, target["RoleArn"], options, name)
    except (BotoCoreError, ClientError) as error:
        _again(start, target, text, error)


def _filled(text: str, start: Start) -> str:
    """Write what is known of a start where the input asks for it."""
    told = {
        "schedule-arn": start.schedule["Arn"],
        "scheduled-time": start.scheduled.replace(microsecond=0, tzinfo=None).isoformat() + "Z",
        "execution-id": start.execution,
        "attempt-number": str(start.attempt),
    }
    for name, value in told.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _again(start: Start, target: Schedule, text: str, error: Exception) -> None:
    policy = target.get("RetryPolicy") or {}
    attempts = int(policy.get("MaximumRetryAttempts", 185))
    age = timedelta(seconds=int(policy.get("MaximumEventAgeInSeconds", 86_400))).total_seconds()
    if start.attempt <= attempts and time.time() - start.first < age:
        start.due = time.time() + min(LONGEST_WAIT, 2.0**start.attempt)
        _waiting.append(start)
        return
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    try:
        if queue:
            _send(queue, target["RoleArn"], text, error)
            return
    except (BotoCoreError, ClientError) as failure:
        error = failure
    not_done.dropped(f"schedule {start.schedule.get('Name')} -> {target.get('Arn')}: {error}")


def _send(queue: str, role: str, text: str, error: Exception) -> None:
    """Send a start to the dead-letter queue, with why it failed."""
    queues = calls.client("sqs", role)
    url = calls.queue_url(queues, queue)
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    told = {"ERROR_CODE": code, "ERROR_MESSAGE": str(error)[:1000]}
    queues.send_message(
        QueueUrl=url,
        MessageBody=text,
        MessageAttributes={k: {"DataType": "String", "StringValue": v} for k, v in told.items()},
    )
