"""One place sets a cluster's capacity providers."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_ASSOCIATIONS = "AWS::ECS::ClusterCapacityProviderAssociations"
_CLUSTER = "AWS::ECS::Cluster"


def _check(graph: Graph) -> Iterator[Violation]:
    first: dict[str, str] = {}
    for each in graph.of_type(_ASSOCIATIONS):
        cluster = graph.target(each.get("Cluster"), _CLUSTER)
        if cluster is None:
            continue
        other = first.setdefault(cluster.id, each.logical_id)
        if other != each.logical_id:
            message = f"sets the capacity providers of {cluster.logical_id}, and so does {other}"
            yield Violation(each, "Properties.Cluster", message)


RULE = Rule(
    id="provider-associations",
    title="One place sets a cluster's capacity providers",
    severity=Severity.ERROR,
    explanation=(
        "A cluster has one list of capacity providers, and each of these resources replaces it as a whole. "
        "What is deployed last wins, and services on the providers of the other find no capacity."
    ),
    fix="name all providers in one of them and leave the other out",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-clustercapacityproviderassociations.html",
    check=_check,
)
