"""Schedules have a dead-letter queue."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.events import enabled
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for schedule in graph.of_type("AWS::Scheduler::Schedule"):
        if enabled(schedule) and not possibly_set(schedule.get("Target.DeadLetterConfig")):
            found = graph.destination(schedule.get("Target.Arn"))
            name = found.logical_id if found else "its target"
            message = f"starts {name} without a dead-letter queue"
            yield Violation(schedule, "Properties.Target.DeadLetterConfig", message)


RULE = Rule(
    id="schedule-dead-letter",
    title="Schedules have a dead-letter queue",
    severity=Severity.WARNING,
    explanation=(
        "A start that fails, because a permission is missing or the target is gone, is dropped when "
        "the retries end. The job does not run, and no error is reported."
    ),
    fix="add DeadLetterConfig with a standard queue to the schedule's Target, and an alarm on the queue",
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
    check=_check,
    leaves_tests=True,
)
