"""ECS services as rules need them."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.graph import Either, Graph, Kind, Resource, Value

SERVICE = "AWS::ECS::Service"
_CONTROLLED_ELSEWHERE = ("CODE_DEPLOY", "EXTERNAL")


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
    for policy in graph.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        if graph.target(policy.get("ScalingTargetId", policy.get("ScalableTargetId"))) in targets:
            yield policy


def task_of(graph: Graph, service: Resource) -> Resource | None:
    """Return the task definition of a service; None where it may be another one."""
    named = service.get("TaskDefinition")
    return None if isinstance(named, Either) else graph.target(named, "AWS::ECS::TaskDefinition")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
