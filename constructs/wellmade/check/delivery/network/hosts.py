"""Tasks that share the network of their instance: its ports on which they listen, and its groups."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from wellmade.check.delivery.network.instances import FLEET, launched_from, worn_by_fleet
from wellmade.check.services import task_of
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, attributes, number, text

DYNAMIC = (32768, 60999)
"""From which a host port is taken that the task definition leaves out.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html, and the ports that
Linux gives out (ip_local_port_range).
"""
_PROVIDER = "AWS::ECS::CapacityProvider"


class Host(NamedTuple):
    """The ports of an instance that lead to a container, the last one 0 where it is only one."""

    port: float
    last: float
    groups: list[Value]


def hosts_of(graph: Graph, service: Resource, entry: Mapping[str, Value]) -> Iterator[Host]:
    """Yield where the instances of a service listen for an entry of its load balancers, if it is known."""
    task = task_of(graph, service)
    if task is None or not _shares_network(service, task):
        return
    ports = _ports(task, entry)
    if ports:
        for fleet in dict.fromkeys(_fleets(graph, service)):
            yield Host(*ports, worn_by_fleet(graph, fleet))


def _shares_network(service: Resource, task: Resource) -> bool:
    """On Linux a task without another word is bridged."""
    mode = text(task.get("NetworkMode", "bridge"))
    return mode in ("bridge", "host") and text(service.get("LaunchType", "EC2")) == "EC2"


def _ports(task: Resource, entry: Mapping[str, Value]) -> tuple[float, float] | None:
    wanted, name = number(entry.get("ContainerPort")), text(entry.get("ContainerName"))
    containers = map(as_mapping, as_list(task.get("ContainerDefinitions")))
    mappings = [
        mapping
        for container in containers
        if text(container.get("Name")) == name
        for mapping in map(as_mapping, as_list(container.get("PortMappings")))
        if number(mapping.get("ContainerPort")) == wanted
    ]
    if wanted is None or len(mappings) != 1:
        return None
    is_host = text(task.get("NetworkMode", "bridge")) == "host"
    given = number(mappings[0].get("HostPort", wanted if is_host else 0))
    if given is None:
        return None
    return (given, 0) if given else DYNAMIC


def _fleets(graph: Graph, service: Resource) -> Iterator[Resource]:
    """Yield those of the capacity providers, or else those that name the cluster when they start."""
    cluster = graph.target(service.get("Cluster"), "AWS::ECS::Cluster")
    strategy = service.get("CapacityProviderStrategy")
    if strategy is None and service.get("LaunchType") is None and cluster:
        strategy = _default(graph, cluster)
    if strategy is not None:
        for each in map(as_mapping, as_list(strategy)):
            provider = graph.target(each.get("CapacityProvider"), _PROVIDER)
            value = provider.get("AutoScalingGroupProvider.AutoScalingGroupArn") if provider else None
            if fleet := graph.target(value, FLEET):
                yield fleet
        return
    for fleet in graph.of_type(FLEET):
        start = launched_from(graph, fleet)
        named = {each.resource_id for each in attributes(start.properties)} if start else set()
        if cluster and cluster.id in named:
            yield fleet


def _default(graph: Graph, cluster: Resource) -> Value:
    for each in graph.of_type("AWS::ECS::ClusterCapacityProviderAssociations"):
        if graph.target(each.get("Cluster"), cluster.type) is cluster:
            return each.get("DefaultCapacityProviderStrategy")
    return cluster.get("DefaultCapacityProviderStrategy")
