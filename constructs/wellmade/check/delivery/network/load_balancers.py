"""Load balancers and the containers and instances that they send to."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wellmade.check.delivery.network.connection import Connection
from wellmade.check.delivery.network.hosts import hosts_of
from wellmade.check.delivery.network.instances import registered
from wellmade.check.delivery.network.security_groups import SecurityGroups
from wellmade.check.load_balancers import BALANCER, in_front_of, kind_of
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, number


class _Target(NamedTuple):
    """What is registered in a target group, its ports, and the values of its security groups."""

    group: Resource
    resource: Resource
    port: float | None
    last: float
    groups: list[Value]
    lost: str


_LOST = "no target becomes healthy, and every deployment fails"
_UNANSWERED = "no target becomes healthy, and no request is answered"


def connections(graph: Graph) -> Iterator[Connection]:
    """Yield the way from each load balancer to each port of a target, and to that of its health check."""
    for target in _targets(graph):
        for balancer in _balancers(graph, target.group):
            sources = as_list(balancer.get("SecurityGroups"))
            for port, last in _ports(target):
                yield Connection(
                    *(balancer, target.resource, port, sources, target.groups),
                    *("sends requests to", target.lost, last),
                )


def closed_targets(graph: Graph) -> Iterator[tuple[Connection, Resource]]:
    """Yield ways from network load balancers without a group to a port on which a target lets nobody in."""
    groups = SecurityGroups.of(graph)
    for target in _targets(graph):
        named = groups.named(target.groups)
        if not named or any(_handed_out(graph, each) for each in named):
            continue
        for balancer in in_front_of(graph, target.group):
            if kind_of(balancer) == "network" and balancer.get("SecurityGroups") is None:
                for port, last in _ports(target):
                    if not last and groups.open_to_nobody(named, port):
                        way = (balancer, target.resource, port, (), target.groups)
                        yield Connection(*way, "sends requests to", target.lost), named[0]


def _targets(graph: Graph) -> Iterator[_Target]:
    for service in graph.of_type("AWS::ECS::Service"):
        groups = as_list(service.get("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"))
        for entry in map(as_mapping, as_list(service.get("LoadBalancers"))):
            group = graph.target(entry.get("TargetGroupArn"))
            if group:
                yield _Target(group, service, number(entry.get("ContainerPort")), 0, groups, _LOST)
                for host in hosts_of(graph, service, entry) if not groups else ():
                    yield _Target(group, service, host.port, host.last, host.groups, _LOST)
    for group, resource, port, worn in registered(graph):
        yield _Target(group, resource, port, 0, worn, _UNANSWERED)


def closed_listeners(graph: Graph) -> Iterator[tuple[Resource, Resource, int]]:
    """Yield listeners on a port on which no group of the load balancer lets anybody in."""
    groups = SecurityGroups.of(graph)
    for listener in graph.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        balancer = graph.target(listener.get("LoadBalancerArn"), BALANCER)
        named = groups.named(as_list(balancer.get("SecurityGroups"))) if balancer else None
        port = listener.number("Port")
        if balancer is None or kind_of(balancer) != "application" or not named or port is None:
            continue
        if groups.open_to_nobody(named, port) and not any(_handed_out(graph, each) for each in named):
            yield listener, named[0], int(port)


def _handed_out(graph: Graph, group: Resource) -> bool:
    """Tell whether an output or a parameter tells others of a group: rules of theirs may open it."""
    word = re.compile(rf"\b{re.escape(group.logical_id)}\b")
    outputs = [each.section("Outputs") for each in graph.stacks if each.name == group.stack]
    values = [each.get("Value") for section in outputs for each in section.values() if isinstance(each, dict)]
    parameters = [graph.target(each.get("Value")) for each in graph.of_type("AWS::SSM::Parameter")]
    return group in parameters or any(word.search(str(value)) for value in values)


def _ports(target: _Target) -> Iterator[tuple[float, float]]:
    """Yield the first port and the last one, 0 if there is one only."""
    if target.port is not None:
        yield target.port, target.last
    health = number(target.group.get("HealthCheckPort"))
    if health is not None and health != target.port:
        yield health, 0


def _balancers(graph: Graph, group: Resource) -> Iterator[Resource]:
    """Yield load balancers with a listener, or a rule of one, for a group that send from their addresses."""
    for balancer in in_front_of(graph, group):
        kind = kind_of(balancer)
        if kind == "application" or (kind == "network" and _hides_clients(group)):
            yield balancer


def _hides_clients(group: Resource) -> bool:
    """Tell whether a network load balancer surely sends from its own: by default, to addresses by TCP."""
    attributes = group.get("TargetGroupAttributes")
    return attributes is None and group.get("TargetType") == "ip" and group.get("Protocol") in ("TCP", "TLS")
