"""One place sets a cluster's capacity providers."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_ASSOCIATIONS = "AWS::ECS::ClusterCapacityProviderAssociations"
_CLUSTER = "AWS::ECS::Cluster"


def _check(graph: Graph) -> Iterator[Violation]:
    seen: dict[str, list[Resource]] = {}
    for each in graph.of_type(_ASSOCIATIONS):
        cluster = graph.target(each.get("Cluster"), _CLUSTER)
        if cluster is None:
            continue
        others = seen.setdefault(cluster.id, [])
        other = next((one for one in others if _may_meet(one, each)), None)
        others.append(each)
        if other:
            message = f"sets the capacity providers of {cluster.logical_id}, and so does {other.logical_id}"
            yield Violation(each, "Properties.Cluster", message)


def _may_meet(one: Resource, other: Resource) -> bool:
    """Tell whether both may be deployed at once; under two conditions they may be alternatives."""
    return None in (one.condition, other.condition) or one.condition == other.condition


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
