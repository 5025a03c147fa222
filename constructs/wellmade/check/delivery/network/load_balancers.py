"""Load balancers and the containers that they send to."""

from collections.abc import Iterator

from wellmade.check.delivery.network.connection import Connection
from wellmade.check.delivery.network.security_groups import SecurityGroups
from wellmade.graph import Graph, Kind, Resource, as_list, as_mapping, number, text

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LOST = "no target becomes healthy, and every deployment fails"


def connections(graph: Graph) -> Iterator[Connection]:
    """Yield the way from each load balancer to each container port of a service, and to its health check."""
    for service in graph.of_type("AWS::ECS::Service"):
        groups = as_list(service.get("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"))
        for entry in map(as_mapping, as_list(service.get("LoadBalancers"))):
            group = graph.target(entry.get("TargetGroupArn"))
            for balancer in _balancers(graph, group) if group else ():
                for port in _ports(entry.get("ContainerPort"), group):
                    sources = as_list(balancer.get("SecurityGroups"))
                    yield Connection(balancer, service, port, sources, groups, "sends requests to", _LOST)


def closed_listeners(graph: Graph) -> Iterator[tuple[Resource, Resource, int]]:
    """Yield listeners on a port on which no group of the load balancer lets anybody in."""
    groups = SecurityGroups.of(graph)
    for listener in graph.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        balancer = graph.target(listener.get("LoadBalancerArn"), _BALANCER)
        named = groups.named(as_list(balancer.get("SecurityGroups"))) if balancer else None
        port = listener.number("Port")
        application = balancer and text(balancer.get("Type", "application")) == "application"
        if application and named and port is not None and groups.open_to_nobody(named, port):
            yield listener, named[0], int(port)


def _ports(container: object, group: Resource | None) -> Iterator[float]:
    port = number(container)
    if port is not None:
        yield port
    health = number(group.get("HealthCheckPort")) if group else None
    if health is not None and health != port:
        yield health


def _balancers(graph: Graph, group: Resource) -> Iterator[Resource]:
    """Yield the application load balancers with a listener, or a rule of one, for this group."""
    for edge in graph.edges(Kind.ROUTES, target=group):
        listener = edge.source
        if listener.type.endswith("ListenerRule"):
            listener = graph.target(listener.get("ListenerArn")) or listener
        balancer = graph.target(listener.get("LoadBalancerArn"), _BALANCER)
        if balancer and text(balancer.get("Type", "application")) == "application":
            yield balancer
