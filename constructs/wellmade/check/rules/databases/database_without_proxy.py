"""Functions connect to a relational database through a proxy."""

from collections.abc import Iterator

from wellmade.check.direct import direct_connections
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for function, database, path in direct_connections(graph):
        message = f"leads to {database.logical_id} without a proxy between them"
        yield Violation(function, f"Properties.{path}", message)


RULE = Rule(
    id="database-without-proxy",
    title="Functions connect to a relational database through a proxy",
    severity=Severity.WARNING,
    explanation=(
        "Every concurrent execution holds a connection of its own. When load rises the database runs out of "
        "them and refuses everybody, and a failover leaves functions with dead connections."
    ),
    fix="put an AWS::RDS::DBProxy before the database and give functions its endpoint, or use the Data API",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html",
    check=_check,
)
