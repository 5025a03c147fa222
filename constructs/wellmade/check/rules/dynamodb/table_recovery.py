"""Tables have point-in-time recovery."""

from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.dynamodb import is_transient
from wellmade.graph import Graph, text

_SETTING = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"


def _check(graph: Graph) -> Iterator[Violation]:
    if graph.of_type("AWS::Backup::BackupSelection"):
        return
    for table in graph.of_type("AWS::DynamoDB::Table"):
        names = (table.logical_id, text(table.get("TableName")) or "")
        if not any(map(is_transient, names)) and not_on(table, _SETTING):
            yield Violation(table, f"Properties.{_SETTING}", "is not on, must be true")


RULE = Rule(
    id="table-recovery",
    title="Tables have point-in-time recovery",
    severity=Severity.WARNING,
    explanation=(
        "After a wrong write or a deleted item there is nothing to go back to. Point-in-time recovery "
        "restores the table to any second of up to the last 35 days."
    ),
    fix="set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled to true",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
    check=_check,
    leaves_tests=True,
)
