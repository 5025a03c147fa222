"""Tables have point-in-time recovery."""

from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.dynamodb import is_transient
from wellmade.graph import Graph, Resource, text

_SETTING = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
_TABLE, _GLOBAL_TABLE = "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"


def _check(graph: Graph) -> Iterator[Violation]:
    if graph.of_type("AWS::Backup::BackupSelection"):
        return
    for table in graph.of_type(_TABLE, _GLOBAL_TABLE):
        names = (table.logical_id, text(table.get("TableName")) or "")
        settings = [] if any(map(is_transient, names)) else _settings(table)
        if settings and all(not_on(table, each) for each in settings):
            yield Violation(table, f"Properties.{settings[0]}", "is not on, must be true")


def _settings(table: Resource) -> list[str]:
    """Return where it may be on: in each replica of a global table, of which one is enough to go back to."""
    if table.type == _TABLE:
        return [_SETTING]
    replicas = table.get("Replicas")
    return [f"Replicas.{n}.{_SETTING}" for n in range(len(replicas))] if isinstance(replicas, list) else []


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
