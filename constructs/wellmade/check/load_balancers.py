"""Load balancers, as rules ask about them."""

from collections.abc import Iterator

from wellmade.facts.load_balancing import DEFAULT_IDLE_TIMEOUT, IDLE_TIMEOUT
from wellmade.graph import Graph, Kind, Resource, number, text

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def in_front_of(graph: Graph, group: Resource) -> Iterator[Resource]:
    """Yield the load balancers with a listener, or a rule of one, for a target group."""
    for edge in graph.edges(Kind.ROUTES, target=group):
        listener = edge.source
        if listener.type.endswith("ListenerRule"):
            listener = graph.target(listener.get("ListenerArn")) or listener
        balancer = graph.target(listener.get("LoadBalancerArn"), BALANCER)
        if balancer:
            yield balancer


def kind_of(balancer: Resource) -> str | None:
    """Return `application`, `network` or `gateway`; None where the template does not tell."""
    return text(balancer.get("Type", "application"))


def idle_timeout_of(balancer: Resource) -> float | None:
    """Return how many seconds a load balancer waits; None where the template does not tell."""
    given = balancer.get("LoadBalancerAttributes", [])
    if not isinstance(given, list):
        return None
    waits: float | None = DEFAULT_IDLE_TIMEOUT
    for each in given:
        if not isinstance(each, dict) or not isinstance(each.get("Key"), str):
            return None
        if each["Key"] == IDLE_TIMEOUT:
            waits = number(each.get("Value"))
    return waits
