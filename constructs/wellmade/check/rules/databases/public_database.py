"""Databases have no public address."""

from collections.abc import Iterator

from wellmade.check.conditional import is_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_TYPES = (
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::Redshift::Cluster",
    "AWS::RedshiftServerless::Workgroup",
    "AWS::DMS::ReplicationInstance",
    "AWS::Neptune::DBInstance",
)


def _check(graph: Graph) -> Iterator[Violation]:
    for database in graph.of_type(*_TYPES):
        if is_on(database, "PubliclyAccessible"):
            yield Violation(database, "Properties.PubliclyAccessible", "is true, must be false")


RULE = Rule(
    id="public-database",
    title="Databases have no public address",
    severity=Severity.ERROR,
    explanation=(
        "The database has a public address, so that one wrong security group rule opens it to everybody who "
        "guesses passwords. Databases that are found this way are copied and held to ransom."
    ),
    fix="set PubliclyAccessible to false and reach the database from within the network",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    check=_check,
)
