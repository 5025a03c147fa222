"""ECS services as rules need them."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.graph import Graph, Resource, Value

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


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
