"""Events are named after what happened, not as commands."""

from collections.abc import Iterator

from wellmade.check.events import RULE as EVENT_RULE
from wellmade.check.events import detail_types, is_from_aws, pattern_of
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.contracts.names import is_command
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for rule in graph.of_type(EVENT_RULE):
        pattern = pattern_of(rule)
        for name in detail_types(pattern) if pattern and not is_from_aws(pattern) else ():
            if is_command(name):
                yield Violation(
                    rule, "Properties.EventPattern.detail-type", f"asks for the event {name!r}, a command"
                )


RULE = Rule(
    id="event-named-as-command",
    title="Events are named after what happened, not as commands",
    severity=Severity.WARNING,
    explanation=(
        "Whoever publishes a command on a bus counts on one receiver without knowing whether there is "
        "one. Two receivers do it twice, and without a receiver it is not done; neither gives an "
        "error."
    ),
    fix="name the event after what happened, such as OrderPlaced, or send the command to a queue",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html",
    check=_check,
)
