"""Relational databases: which resources are the ones that hold data, and which engine they run."""

from collections.abc import Iterator

from wellmade.check.conditional import always, always_empty, branches
from wellmade.graph import Graph, Resource, attributes, text

INSTANCE = "AWS::RDS::DBInstance"
CLUSTER = "AWS::RDS::DBCluster"
GLOBAL = "AWS::RDS::GlobalCluster"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 -- the name of a type
WITH_PASSWORD = (INSTANCE, CLUSTER, "AWS::DocDB::DBCluster", "AWS::Redshift::Cluster")
"""Types whose `MasterUserPassword` may be one of a secret."""


def engine_of(database: Resource) -> str | None:
    """Return the engine in lower case; None when the templates do not say."""
    engine = text(database.get("Engine"))
    return engine.lower() if engine else None


def instances(graph: Graph) -> Iterator[Resource]:
    """Yield the instances that hold data of their own: no members of clusters, no replicas."""
    for instance in graph.of_type(INSTANCE):
        engine = engine_of(instance)
        shared = ("DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")
        if engine and not engine.startswith("aurora") and none_given(instance, *shared):
            yield instance


def passwords(graph: Graph) -> Iterator[tuple[Resource, Resource]]:
    """Yield each secret that is the password of a database, with the database."""
    for database in graph.of_type(*WITH_PASSWORD):
        for reference in attributes(database.get("MasterUserPassword")):
            if secret := graph.target(reference, SECRET):
                yield secret, database


def is_generated(secret: Resource) -> bool:
    """Tell whether a secret's value is generated, in every branch."""
    return always(secret.get("GenerateSecretString"), lambda branch: isinstance(branch, dict))


def none_given(resource: Resource, *paths: str) -> bool:
    """Tell whether a resource surely has none of these properties."""
    return all(always_empty(resource.get(path)) for path in paths)


def is_zero(resource: Resource, path: str) -> bool:
    """Tell whether a number is written and 0 in every branch."""
    return all(str(each) == "0" for each in branches(resource.get(path)))


def in_global_database(graph: Graph, cluster: Resource) -> bool:
    """Tell whether a cluster surely belongs to a global database, as its source or as one that joins it."""
    sources = [graph.target(each.get("SourceDBClusterIdentifier")) for each in graph.of_type(GLOBAL)]
    joined = always(cluster.get("GlobalClusterIdentifier"), lambda branch: branch not in (None, ""))
    return cluster.type == CLUSTER and (joined or cluster in sources)
