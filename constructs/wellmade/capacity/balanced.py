"""How a load balancer and its listeners part requests among what answers them."""

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.graph import Kind, Resource

EQUAL_PARTS = "targets in equal parts"
"""How requests are taken to go to several, as an assumption ends that says so."""
_ELB = "AWS::ElasticLoadBalancingV2"
_BALANCED = (f"{_ELB}::LoadBalancer", f"{_ELB}::Listener", f"{_ELB}::ListenerRule")


def share_of(known: KnownValues, source: Resource, target: Resource) -> float:
    """Return the part of its requests that goes to a target; none goes to a redirect, which leads nowhere."""
    if source.type not in _BALANCED or not _leads_on(known, target):
        return 0.0
    edges = known.graph.edges(Kind.ROUTES, source=source)
    ways = len({edge.target.id for edge in edges if _leads_on(known, edge.target)})
    if ways > 1:
        known.assume(f"{short(source)}: requests go to its {ways} {EQUAL_PARTS}")
    return 1 / ways


def _leads_on(known: KnownValues, target: Resource) -> bool:
    """Tell whether requests go on from a listener or a group of targets."""
    return any(edge.kind in (Kind.ROUTES, Kind.INVOKES_SYNC) for edge in known.graph.edges(source=target))
