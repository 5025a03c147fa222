"""Connections of which the network ACLs drop packets, there or on the way back."""

from collections.abc import Iterator

from wellmade.check.delivery.network import databases, endpoints, load_balancers
from wellmade.check.delivery.network.access_lists import EPHEMERAL, AccessLists, Ports
from wellmade.check.delivery.network.callers import callers
from wellmade.check.delivery.network.connection import Connection
from wellmade.check.delivery.network.places import subnets_of
from wellmade.check.isolated import services_called
from wellmade.check.rule import Violation
from wellmade.check.task_endpoints import endpoints_needed
from wellmade.graph import Graph, Resource

_HTTPS = (443, 443)


def dropped(graph: Graph) -> Iterator[Violation]:
    """Yield the lists that drop packets which a connection or a call of AWS needs."""
    if not graph.of_type("AWS::EC2::NetworkAcl"):
        return
    lists = AccessLists.of(graph)
    for module in (databases, endpoints, load_balancers):
        for connection in module.connections(graph):
            yield from _first(_between(graph, lists, connection))
    for caller, runs, _ in callers(graph):
        called = services_called(graph, runs) | (
            endpoints_needed(graph, runs) if caller is not runs else set()
        )
        if called:
            yield from _first(_outward(graph, lists, caller, sorted(called)))


def _first(found: Iterator[Violation]) -> Iterator[Violation]:
    violation = next(found, None)
    if violation:
        yield violation


def _between(graph: Graph, lists: AccessLists, connection: Connection) -> Iterator[Violation]:
    port = (connection.port, connection.last or connection.port)
    for near in subnets_of(graph, connection.source):
        for far in subnets_of(graph, connection.target):
            if near is far:
                continue
            steps = (
                (near, "out", port, far),
                (far, "in", port, near),
                (far, "out", EPHEMERAL, near),
                (near, "in", EPHEMERAL, far),
            )
            for subnet, way, ports, other in steps:
                acl = lists.drops(subnet, way, ports, other)
                if acl:
                    where = f"{connection.target.logical_id} on {connection.ports}"
                    what = f"{connection.source.logical_id} {connection.purpose} {where}"
                    yield _violation(acl, way, ports, what, other, connection.lost)


def _outward(graph: Graph, lists: AccessLists, caller: Resource, called: list[str]) -> Iterator[Violation]:
    for subnet in subnets_of(graph, caller):
        for way, ports in (("out", _HTTPS), ("in", EPHEMERAL)):
            acl = lists.drops(subnet, way, ports, None)
            if acl:
                what = f"{caller.logical_id} calls {', '.join(called)}"
                yield _violation(acl, way, ports, what, None, "every call waits until it times out")


def _violation(
    acl: Resource, way: str, ports: Ports, what: str, other: Resource | None, lost: str
) -> Violation:
    first, last = map(int, ports)
    packets = f"lets nothing {way} on port {first}"
    if ports == EPHEMERAL:
        packets = f"does not let answers {way} (ports {first} to {last})"
    end = f" {'to' if way == 'out' else 'from'} {other.logical_id}" if other else ""
    entry = (
        f"add an AWS::EC2::NetworkAclEntry of {acl.logical_id} that allows TCP on {first} to {last}, "
        f"Egress {str(way == 'out').lower()}"
    )
    message = f"{what}, and {acl.logical_id} {packets}{end}: {lost}"
    return Violation(acl, "Properties", message, entry, cause=f"{acl.id}: {entry}")
