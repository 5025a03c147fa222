"""Rule targets have a dead-letter queue."""

from collections.abc import Iterator

from wellmade.check.conditional import never_set
from wellmade.check.events import RULE as EVENT_RULE
from wellmade.check.events import enabled
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_list, written


def _check(graph: Graph) -> Iterator[Violation]:
    for rule in graph.of_type(EVENT_RULE):
        for index, target in enumerate(as_list(rule.get("Targets"))):
            if not isinstance(target, dict) or not never_set(target, "DeadLetterConfig") or not enabled(rule):
                continue
            found = graph.destination(target.get("Arn"))
            if not _is_log(found, target.get("Arn")):
                name = found.logical_id if found else str(target.get("Id", index))
                message = f"sends to {name} without a dead-letter queue"
                yield Violation(rule, f"Properties.Targets.{index}.DeadLetterConfig", message)


def _is_log(found: Resource | None, arn: Value) -> bool:
    """Tell whether events are only written down for people to look at."""
    return found.type == "AWS::Logs::LogGroup" if found else ":log-group:" in written(arn)


RULE = Rule(
    id="event-target-dead-letter",
    title="Rule targets have a dead-letter queue",
    severity=Severity.WARNING,
    explanation=(
        "An event that cannot be delivered, because a permission or the target is gone or it is "
        "throttled for too long, is dropped after 24 hours. It cannot be replayed."
    ),
    fix="add DeadLetterConfig with a standard queue to the target, and allow the rule to send to it",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    check=_check,
    leaves_tests=True,
)
