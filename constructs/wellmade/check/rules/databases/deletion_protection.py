"""Data stores of production have deletion protection."""

from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.databases import CLUSTER, instances
from wellmade.check.production import production_sign
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    for resource, name in _stateful(graph):
        sign = production_sign(resource)
        if sign and not_on(resource, name):
            yield Violation(resource, f"Properties.{name}", f"is not on, in production (as {sign} says)")


def _stateful(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for instance in instances(graph):
        yield instance, "DeletionProtection"
    for cluster in graph.of_type(CLUSTER, "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"):
        yield cluster, "DeletionProtection"
    for table in graph.of_type("AWS::DynamoDB::Table"):
        yield table, "DeletionProtectionEnabled"


RULE = Rule(
    id="deletion-protection",
    title="Data stores of production have deletion protection",
    severity=Severity.WARNING,
    explanation=(
        "One call, one replacement in a deployment or one deleted stack takes the data of production with "
        "it. Deletion protection makes each of them fail instead."
    ),
    fix="set DeletionProtection (tables: DeletionProtectionEnabled) to true",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    check=_check,
)
