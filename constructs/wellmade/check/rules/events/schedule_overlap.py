"""Scheduled jobs end before the next start, or cannot run twice at once."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.events import enabled
from wellmade.check.failures import FUNCTIONS
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.schedules import interval
from wellmade.graph import Graph, Kind, Resource, text

SCHEDULED = ("AWS::Scheduler::Schedule", "AWS::Events::Rule")
DEFAULT_TIMEOUT = 3


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        schedule, function = edge.source, edge.target
        if schedule.type not in SCHEDULED or function.type not in FUNCTIONS or not enabled(schedule):
            continue
        every = interval(text(schedule.get("ScheduleExpression")) or "")
        timeout = function.number("Timeout", DEFAULT_TIMEOUT)
        if every is None or timeout is None or every >= timeout or _runs_alone(function):
            continue
        message = f"starts {function.logical_id} every {every} s, which may run for {timeout:.12g} s"
        yield Violation(schedule, "Properties.ScheduleExpression", message)


def _runs_alone(function: Resource) -> bool:
    """Tell whether a reservation of one copy may keep the next start waiting."""
    reserved = function.get("ReservedConcurrentExecutions")
    return possibly_set(reserved) and function.number("ReservedConcurrentExecutions") in (None, 0, 1)


RULE = Rule(
    id="schedule-overlap",
    title="Scheduled jobs end before the next start, or cannot run twice at once",
    severity=Severity.WARNING,
    explanation=(
        "On the day that the job is slow a second copy starts on the same data, which makes both "
        "slower. Both write to the same data."
    ),
    fix="start it less often, lower its Timeout, or set ReservedConcurrentExecutions to 1",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    check=_check,
)
