"""What a scheduled job refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import IConstruct

from wellmade.facts.schedules import EVENT_AGE, FLEXIBLE_WINDOW, RETRY_ATTEMPTS, interval, skipped_start
from wellmade.kit.lookups import is_unresolved, path_of, seconds
from wellmade.kit.numbers import number_of
from wellmade.kit.refusals import RefusedError, refusal, require_between, warning
from wellmade.kit.synth_checks import Synthesized

MINUTE = 60


def refuse_wrong_times(
    scope: IConstruct, expression: str, window: Duration | None, age: Duration | None, attempts: int
) -> None:
    """Raise where EventBridge Scheduler takes no such window or retries, or a window reaches the next start.

    Raises:
        RefusedError: If one is out of bounds.
    """
    if window is not None and seconds(window):
        fix = "leave it out for a quarter of the interval, or give Duration.seconds(0) for none"
        require_between(
            scope, "flexible_window in seconds", seconds(window), *FLEXIBLE_WINDOW, fix, rule="service-limit"
        )
        every = interval(expression)
        if seconds(window) % MINUTE or (every and seconds(window) >= every):
            allowed = f"whole minutes, and shorter than the {every} s between two starts"
            raise refusal(scope, "flexible_window", allowed if every else "whole minutes", window, fix)
    if age is not None:
        fix = "leave it out for the time until the next start"
        require_between(
            scope, "max_event_age in seconds", seconds(age), *EVENT_AGE, fix, rule="service-limit"
        )
    require_between(
        scope, "retry_attempts", attempts, *RETRY_ATTEMPTS, "185 lasts for a day", rule="service-limit"
    )


def refuse_own_schedule(scope: IConstruct, more: Mapping[str, Any] | None) -> None:
    """Raise where the user's part of the event has the name of ours, which would be written over.

    Raises:
        RefusedError: If it has.
    """
    if "schedule" in (more or {}):
        fix = "name it otherwise: there the event tells of the start"
        raise refusal(scope, "input", "without the key 'schedule'", "it", fix)


def refuse_wrong_target(scope: IConstruct, function: object, task: object) -> None:
    """Raise unless there is a function or a task, and not both.

    Raises:
        RefusedError: If there is none, or there are two.
    """
    if (function is None) == (task is None):
        got = "neither" if function is None else "both"
        fix = "give what runs up to 15 minutes as a function, and longer work as a RunTask"
        raise refusal(scope, "function or task", "given, and one of them alone", got, fix)


def timeout_of_job(scope: IConstruct, known: float | None, given: Duration | None) -> float:
    """Return the longest run in seconds: what is read, else what is given.

    Raises:
        RefusedError: If it is given beside one that can be read, or neither is there.
    """
    if known is not None and given is not None and seconds(given) != known:
        fix = "set it where the function or the task is defined"
        raise refusal(scope, "timeout", f"left out, or the {known:.12g} s of what runs", given, fix)
    if known is None and given is None:
        fix = "say how long a run may take: its lease ends then"
        raise refusal(scope, "timeout", "given for an imported function", None, fix)
    return known if known is not None else seconds(given) if given is not None else 0


def known_zone(scope: IConstruct, zone: str) -> None:
    """Raise where the IANA database has no such zone; without a database on this machine nothing is judged.

    Raises:
        RefusedError: If there is none.
    """
    zones = available_timezones()
    if zones and zone not in zones and not is_unresolved(zone):
        fix = "name one of it, such as Europe/Berlin"
        raise refusal(scope, "time_zone", "a zone of the IANA time zone database", repr(zone), fix)


@dataclass(frozen=True)
class ScheduleRules:
    """What is judged on what is synthesized."""

    scope: IConstruct
    resource: scheduler.CfnSchedule
    function: lambda_.CfnFunction | None
    longest: float
    """Seconds of a run, where the template does not tell."""
    is_guarded: bool

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that does not hold."""
        schedule = synthesized.properties(self.resource)
        yield from self._no_dead_letters(schedule)
        yield from self._overlap(schedule, synthesized)
        yield from self._clock_change(schedule)

    def _no_dead_letters(self, schedule: Any) -> Iterator[RefusedError]:
        if not schedule.get("Target", {}).get("DeadLetterConfig"):
            fix = "leave it as ScheduledJob defines it: a start that fails would be dropped"
            yield refusal(
                path_of(self.scope),
                "dead_letter_queue",
                "the target of starts that fail",
                None,
                fix,
                rule="schedule-dead-letter",
                resource=self.resource,
            )

    def _overlap(self, schedule: Any, synthesized: Synthesized) -> Iterator[RefusedError]:
        every = self._interval(schedule)
        given = synthesized.properties(self.function).get("Timeout") if self.function else None
        longest = number_of(given) or self.longest
        if every is None or self.is_guarded or every >= longest:
            return
        yield refusal(
            path_of(self.scope),
            "overlap_guard",
            f"True where a start every {every} s may find a run of {longest:.12g} s at work",
            self.is_guarded,
            "leave it out, start the job less often, or lower its timeout",
            rule="schedule-overlap",
            resource=self.resource,
        )

    def _interval(self, schedule: Any) -> int | None:
        expression = schedule.get("ScheduleExpression")
        return interval(expression) if isinstance(expression, str) else None

    def _clock_change(self, schedule: Any) -> Iterator[RefusedError]:
        expression = schedule.get("ScheduleExpression")
        zone = schedule.get("ScheduleExpressionTimezone", "Etc/UTC")
        if not isinstance(expression, str) or not isinstance(zone, str):
            return
        try:
            skipped = skipped_start(expression, zone, datetime.now(UTC).year)
        except ZoneInfoNotFoundError:
            fix = "install the package tzdata, and synthesize again"
            allowed = "one that this machine knows, to see what a change of the clocks skips"
            yield warning(self.scope, "time_zone", allowed, zone, fix, resource=self.resource)
            return
        if skipped:
            yield refusal(
                path_of(self.scope),
                "schedule",
                f"one whose every start there is in {zone}",
                f"{expression}, of which the clocks skip {skipped:%Y-%m-%d %H:%M}",
                "start it earlier or later, or in the time zone Etc/UTC",
                rule="schedule-clock-change",
                resource=self.resource,
            )
