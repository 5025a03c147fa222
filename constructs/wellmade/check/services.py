"""ECS services as rules need them."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty, branches
from wellmade.graph import Either, Graph, Kind, Resource, Unknown, Value

SERVICE = "AWS::ECS::Service"
CLUSTER = "AWS::ECS::Cluster"
_DEFAULT = "DefaultCapacityProviderStrategy"


def rolling_services(graph: Graph) -> Iterator[Resource]:
    """Yield the services that ECS itself deploys by rolling updates."""
    for service in graph.of_type(SERVICE):
        controller = set(map(_text, branches(service.get("DeploymentController.Type", "ECS"))))
        strategy = set(map(_text, branches(service.get("DeploymentConfiguration.Strategy", "ROLLING"))))
        if controller == {"ECS"} and strategy == {"ROLLING"}:
            yield service


def serves_traffic(service: Resource) -> bool:
    """Tell whether a load balancer surely sends requests to it."""
    return all(isinstance(branch, list) and branch for branch in branches(service.get("LoadBalancers")))


def scaling_policies(graph: Graph, service: Resource) -> Iterator[Resource]:
    """Yield the policies that scale a service."""
    targets = [edge.via for edge in graph.edges(kind=Kind.GUARDS, target=service)]
    named = [target.get("ResourceId") for target in targets]
    for policy in graph.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        if graph.target(policy.get("ScalingTargetId")) in targets or policy.get("ResourceId", "") in named:
            yield policy


def default_strategy(graph: Graph, service: Resource) -> Value:
    """Return the strategy of a service that says nothing of where it runs, which is that of its cluster.

    None where the cluster has none; Unknown where the templates do not show.
    """
    clusters = {graph.target(each, CLUSTER) for each in branches(service.get("Cluster"))}
    cluster = clusters.pop() if len(clusters) == 1 else None
    associations = graph.of_type("AWS::ECS::ClusterCapacityProviderAssociations")
    named = [(each, graph.target(each.get("Cluster"), CLUSTER)) for each in associations]
    if cluster is None or any(of is None for _, of in named):
        return Unknown("the cluster may be one that is not in the templates")
    found = [each.get(_DEFAULT) for each in (cluster, *(each for each, of in named if of is cluster))]
    return next((each for each in found if not always_empty(each)), None)


def task_of(graph: Graph, service: Resource) -> Resource | None:
    """Return the task definition of a service; None where it may be another one."""
    named = service.get("TaskDefinition")
    return None if isinstance(named, Either) else graph.target(named, "AWS::ECS::TaskDefinition")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
