"""Databases have automated backups."""

from collections.abc import Iterator

from wellmade.check.databases import instances, is_zero
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_RETENTION = "BackupRetentionPeriod"


def _check(graph: Graph) -> Iterator[Violation]:
    for instance in instances(graph):
        if is_zero(instance, _RETENTION):
            yield Violation(instance, f"Properties.{_RETENTION}", "is 0 days, which switches backups off")
    for cluster in graph.of_type("AWS::Redshift::Cluster"):
        if is_zero(cluster, "AutomatedSnapshotRetentionPeriod"):
            message = "is 0 days, which switches snapshots off"
            yield Violation(cluster, "Properties.AutomatedSnapshotRetentionPeriod", message)


RULE = Rule(
    id="database-backups",
    title="Databases have automated backups",
    severity=Severity.ERROR,
    explanation=(
        "There is nothing to restore from after a wrong statement, a failed migration or a lost instance. "
        "With backups, the database can be restored to any second of the days that are kept."
    ),
    fix="set BackupRetentionPeriod (Redshift: AutomatedSnapshotRetentionPeriod) to 7 days or more",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
    check=_check,
)
