"""Tables have point-in-time recovery."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text

_TRANSIENT = re.compile(
    r"cache|session|lock|connection|idempoten|token|nonce|(?:^|[^a-z])temp", re.IGNORECASE
)
"""Names of tables whose items need no restoring."""
_SETTING = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"


def _check(graph: Graph) -> Iterator[Violation]:
    if graph.of_type("AWS::Backup::BackupSelection"):
        return
    for table in graph.of_type("AWS::DynamoDB::Table"):
        if not _is_transient(table) and not_on(table, _SETTING):
            yield Violation(table, f"Properties.{_SETTING}", "is not on, must be true")


def _is_transient(table: Resource) -> bool:
    name = text(table.get("TableName")) or ""
    return bool(_TRANSIENT.search(table.logical_id) or _TRANSIENT.search(name))


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
)
