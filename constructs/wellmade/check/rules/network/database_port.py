"""Security groups let callers reach the databases, caches and file systems that they name."""

from collections.abc import Iterator

from wellmade.check.delivery.network.databases import connections
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for connection in connections(graph):
        yield from connection.closed(graph)


RULE = Rule(
    id="database-port",
    title="Security groups let callers reach the databases, caches and file systems that they name",
    severity=Severity.ERROR,
    explanation=(
        "A packet that no rule lets through is dropped without an answer. The caller waits for "
        "its timeout on every call, and the database has no log of it."
    ),
    fix="let the caller's group in on the port of the database",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    check=_check,
)
