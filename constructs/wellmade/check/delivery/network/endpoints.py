"""Interface endpoints: who reaches services through them."""

from collections.abc import Iterator

from wellmade.check.delivery.network.callers import callers
from wellmade.check.delivery.network.connection import Connection
from wellmade.check.delivery.network.security_groups import SecurityGroups
from wellmade.check.isolated import services_called
from wellmade.check.task_endpoints import endpoints_needed
from wellmade.facts.endpoints import name_in
from wellmade.graph import Graph, Resource, as_list, flag, is_known, text, written

ENDPOINT = "AWS::EC2::VPCEndpoint"
_HTTPS = 443


def connections(graph: Graph) -> Iterator[Connection]:
    """Yield the way from each caller to each endpoint that its calls take, by the service's private name."""
    if not graph.of_type(ENDPOINT):
        return
    for caller, runs, groups in callers(graph):
        called = services_called(graph, runs)
        if caller is not runs:
            called = called | endpoints_needed(graph, runs)
        for endpoint in endpoints_of(graph, caller):
            if service_of(endpoint) in called:
                guards = as_list(endpoint.get("SecurityGroupIds"))
                lost = f"every call of {service_of(endpoint)} waits until it times out"
                yield Connection(caller, endpoint, _HTTPS, groups, guards, "calls through", lost)


def cut_off(graph: Graph) -> Iterator[tuple[Resource, Resource, list[str]]]:
    """Yield services whose tasks may not call AWS before they start, with a group and what they call."""
    groups = SecurityGroups.of(graph)
    for caller, runs, values in callers(graph):
        needed = sorted(endpoints_needed(graph, runs)) if caller is not runs else []
        named = groups.named(values)
        if needed and named and groups.lead_nowhere(named, _HTTPS):
            yield caller, named[0], needed
        elif "s3" in needed and named and groups.lead_to_groups_only(named, _HTTPS):
            interfaces = map(service_of, endpoints_of(graph, caller))
            yield from [(caller, named[0], ["s3 (the layers of its images)"])] * ("s3" not in interfaces)


def endpoints_of(graph: Graph, caller: Resource) -> Iterator[Resource]:
    """Yield the interface endpoints with private names in the network of a caller."""
    placement = graph.placement(caller)
    networks = {graph.target(subnet.get("VpcId")) for subnet in placement.subnets} if placement else set()
    for endpoint in graph.of_type(ENDPOINT):
        private = flag(endpoint.get("PrivateDnsEnabled", True)) is not False
        if is_interface(endpoint) and private and graph.target(endpoint.get("VpcId")) in networks - {None}:
            yield endpoint


def gateways_of(graph: Graph, caller: Resource) -> Iterator[Resource]:
    """Yield the gateway endpoints to which the routes of all subnets of a caller lead."""
    placement = graph.placement(caller)
    tables = [graph.route_table(subnet) for subnet in placement.subnets] if placement else []
    for endpoint in graph.of_type(ENDPOINT) if tables and placement and placement.endpoints_known else ():
        if text(endpoint.get("VpcEndpointType", "Gateway")) == "Gateway":
            served = {graph.target(value) for value in as_list(endpoint.get("RouteTableIds"))}
            if all(table and table in served for table in tables):
                yield endpoint


def is_interface(endpoint: Resource) -> bool:
    """Tell whether it is an interface, and no gateway."""
    return text(endpoint.get("VpcEndpointType")) == "Interface"


def service_of(endpoint: Resource) -> str | None:
    """Return the service of an endpoint, such as `sqs`; None if it is unknown."""
    name = endpoint.get("ServiceName")
    return name_in(written(name)) if is_known(name) else None
