"""Schedules have no start that the clocks of their time zone skip."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfoNotFoundError

from wellmade.check.events import enabled
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.schedules import skipped_start
from wellmade.graph import Graph, text


def _check(graph: Graph) -> Iterator[Violation]:
    for schedule in graph.of_type("AWS::Scheduler::Schedule"):
        expression, zone = (text(schedule.get(f"ScheduleExpression{each}")) for each in ("", "Timezone"))
        if expression and zone and enabled(schedule) and (skipped := _skipped(expression, zone)):
            # Without the year: what is said of a template does not change with the calendar.
            message = f"has no start at {skipped:%H:%M} in {zone} on the day that the clocks go forward"
            yield Violation(schedule, "Properties.ScheduleExpression", message)


def _skipped(expression: str, zone: str) -> datetime | None:
    try:
        return skipped_start(expression, zone, datetime.now(UTC).year)
    except (ZoneInfoNotFoundError, ValueError):  # unknown to this machine, or a name that is no path
        return None


RULE = Rule(
    id="schedule-clock-change",
    title="Schedules have no start that the clocks of their time zone skip",
    severity=Severity.WARNING,
    explanation=(
        "When the clocks go forward, EventBridge Scheduler skips the starts between the old and the new "
        "time. The job does not run on that day, and no error is reported."
    ),
    fix="start it an hour earlier or later, or set ScheduleExpressionTimezone to Etc/UTC",
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time",
    check=_check,
)
