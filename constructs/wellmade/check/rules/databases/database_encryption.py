"""Databases are encrypted at rest."""

from collections.abc import Iterator

from wellmade.check.conditional import is_off
from wellmade.check.databases import instances, none_given
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_EXPLICIT = {
    "AWS::RDS::DBCluster": "StorageEncrypted",
    "AWS::RDS::DBInstance": "StorageEncrypted",
    "AWS::DocDB::DBCluster": "StorageEncrypted",
    "AWS::Neptune::DBCluster": "StorageEncrypted",
    "AWS::Redshift::Cluster": "Encrypted",
}
_INHERITED = (
    "StorageEncrypted",
    "KmsKeyId",
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SourceDbiResourceId",
    "SourceDBInstanceAutomatedBackupsArn",
    "RestoreTime",
)
"""Properties that say whether an instance is encrypted, or from where it takes that."""


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, name in _EXPLICIT.items():
        for database in graph.of_type(kind):
            if is_off(database, name):
                yield Violation(database, f"Properties.{name}", "is false, must be true")
    for instance in instances(graph):
        if none_given(instance, *_INHERITED):
            yield Violation(
                instance, "Properties.StorageEncrypted", "is left out (default false), must be true"
            )


RULE = Rule(
    id="database-encryption",
    title="Databases are encrypted at rest",
    severity=Severity.ERROR,
    explanation=(
        "Storage, snapshots and replicas are unencrypted. Encryption cannot be switched on later: the "
        "database has to be restored from an encrypted copy of a snapshot, with downtime."
    ),
    fix="set StorageEncrypted (Redshift: Encrypted) to true",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    check=_check,
)
