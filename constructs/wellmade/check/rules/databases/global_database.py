"""Clusters of a global database have what AWS lets them have."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty, is_on, never_set
from wellmade.check.databases import CLUSTER, GLOBAL, in_global_database, none_given
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_NAME, _SOURCE = "GlobalClusterIdentifier", "SourceDBClusterIdentifier"
_OF__SOURCE = ("Engine", "EngineVersion", "StorageEncrypted")
"""What a global database takes from the cluster that it is made of."""


def _check(graph: Graph) -> Iterator[Violation]:
    for cluster in graph.of_type(CLUSTER):
        if in_global_database(graph, cluster):
            yield from _of_member(cluster)
    for world in graph.of_type(GLOBAL):
        yield from _of_global(world)
        yield from _named_otherwise(graph, world)


def _of_member(cluster: Resource) -> Iterator[Violation]:
    if is_on(cluster, "ManageMasterUserPassword"):
        message = "is on, which RDS refuses in a global database"
        yield Violation(cluster, "Properties.ManageMasterUserPassword", message)
    if _is_secondary(cluster) and is_on(cluster, "StorageEncrypted") and none_given(cluster, "KmsKeyId"):
        message = "has no key, which a copy of another region's encrypted cluster needs by name"
        yield Violation(cluster, "Properties", message, "give KmsKeyId a key of this region")


def _is_secondary(cluster: Resource) -> bool:
    """Tell whether a cluster begins as a copy: it joins, and nobody says who may log in or where data is."""
    own = ("MasterUsername", "SnapshotIdentifier", "SourceDBClusterIdentifier")
    return not always_empty(cluster.get("GlobalClusterIdentifier")) and none_given(cluster, *own)


def _of_global(world: Resource) -> Iterator[Violation]:
    if none_given(world, _SOURCE, "Engine"):
        fix = f"give Engine and EngineVersion, or {_SOURCE}"
        yield Violation(world, "Properties", "has neither an engine nor a cluster to begin with", fix)
    if not always_empty(world.get(_SOURCE)):
        for name in _OF__SOURCE:
            if not never_set(world.properties, name):
                message = f"is given beside {_SOURCE}, of which it is taken"
                yield Violation(world, f"Properties.{name}", message, f"leave {name} out")


def _named_otherwise(graph: Graph, world: Resource) -> Iterator[Violation]:
    """Yield where an ARN has a name with capitals, which the service keeps in small letters."""
    name = world.get(_NAME)
    if not isinstance(name, str) or name == name.lower():
        return
    for each in graph.resources.values():
        if f"global-cluster:{name}" in str(each.properties):
            message = f"names the global database {name} by its ARN, which RDS writes {name.lower()}"
            yield Violation(each, "Properties", message, "write the name in small letters, here and there")


RULE = Rule(
    id="global-database",
    title="Clusters of a global database have what AWS lets them have",
    severity=Severity.ERROR,
    explanation=(
        "RDS does not manage the password of a cluster in an Aurora global database, and a global database "
        "takes engine, version and encryption from the cluster that it is made of; a secondary cluster needs "
        "a key of its own region. The deployment fails, and what was made until then is rolled back. RDS "
        "keeps the name of a global database in small letters: what an ARN with capitals permits does not "
        "apply."
    ),
    fix="give the primary cluster a password of an AWS::SecretsManager::Secret, and secondary ones none",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html",
    check=_check,
)
