"""Logs are not kept for ever."""

from collections.abc import Iterator

from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    for group in graph.of_type("AWS::Logs::LogGroup"):
        if group.get("RetentionInDays") is None:
            yield Hit(
                group, "Properties.RetentionInDays", "is not set, so the logs are kept and paid for ever"
            )


RULE = Rule(
    id="log-retention",
    title="A log group says how long it keeps",
    severity=Severity.WARNING,
    explanation=(
        "Logs without a retention are never deleted, and their cost only grows. What they say of people is "
        "kept longer than you promised."
    ),
    fix="set RetentionInDays",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    check=_check,
)
