"""Rules on a shared bus match certain events."""

from collections.abc import Iterator

from wellmade.check.events import RULE as EVENT_RULE
from wellmade.check.events import enabled, matches_everything, own_bus, pattern_of, targets_of
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, written

KEEPS_ALL = (":logs:", ":firehose:", "event-bus/")
KEEPING_TYPES = ("AWS::Logs::LogGroup", "AWS::KinesisFirehose::DeliveryStream", "AWS::Events::EventBus")


def _check(graph: Graph) -> Iterator[Violation]:
    for rule in graph.of_type(EVENT_RULE):
        bus = own_bus(graph, rule)
        pattern = pattern_of(rule)
        if bus is None or pattern is None or not enabled(rule) or _only_keeps(graph, rule):
            continue
        if matches_everything(pattern):
            yield Violation(rule, "Properties.EventPattern", f"matches every event on the bus {bus}")


def _only_keeps(graph: Graph, rule: Resource) -> bool:
    """Tell whether every target is made for all events: a log, an archive, another bus."""
    arns = [target.get("Arn") for target in targets_of(rule)]
    return all(
        graph.target(arn, *KEEPING_TYPES) or any(part in written(arn) for part in KEEPS_ALL) for arn in arns
    )


RULE = Rule(
    id="event-rule-too-wide",
    title="Rules on a shared bus match certain events",
    severity=Severity.WARNING,
    explanation=(
        "Whatever another team publishes tomorrow reaches this target too: it fails on events that it "
        "does not know, costs by their number, and may react to its own events in a cycle."
    ),
    fix="name source and detail-type in the event pattern",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-patterns-best-practices.html",
    check=_check,
)
