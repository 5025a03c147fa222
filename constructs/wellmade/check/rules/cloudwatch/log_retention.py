"""Log groups have a retention."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::Logs::LogGroup"):
        if group.get("RetentionInDays") is None:
            yield Violation(
                group,
                "Properties.RetentionInDays",
                "is not set, so the logs are kept and paid for indefinitely",
            )


RULE = Rule(
    id="log-retention",
    title="Log groups have a retention",
    severity=Severity.WARNING,
    explanation=(
        "Logs without a retention are never deleted, and their cost only grows. What they say of people is "
        "kept longer than you promised."
    ),
    fix="set RetentionInDays",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    check=_check,
    leaves_tests=True,
)
