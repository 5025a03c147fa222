"""How a load balancer and its listeners part requests among what answers them."""

from collections.abc import Iterator, Mapping

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.graph import Kind, Resource, as_list, as_mapping, number

EQUAL_PARTS = "targets in equal parts"
"""How requests are taken to go to several, as an assumption ends that says so."""
_ELB = "AWS::ElasticLoadBalancingV2"
_BALANCED = (f"{_ELB}::LoadBalancer", f"{_ELB}::Listener", f"{_ELB}::ListenerRule")


def share_of(known: KnownValues, source: Resource, target: Resource) -> float:
    """Return the part of its requests that goes to a target; none goes to a redirect, which leads nowhere.

    Groups of one action get what their weights say, and are one of the equal parts together.
    """
    if source.type not in _BALANCED or not _leads_on(known, target):
        return 0.0
    weights = dict(_weights(known, source))
    edges = known.graph.edges(Kind.ROUTES, source=source)
    ways = {edge.target.id: 1.0 for edge in edges if _leads_on(known, edge.target)}
    ways = {each: weights.get(each, one) for each, one in ways.items()}
    parts = round(sum(ways.values()), 9)
    if parts > 1:
        known.assume(f"{short(source)}: requests go to its {parts:g} {EQUAL_PARTS}")
    return ways[target.id] / parts if parts else 0.0


def _weights(known: KnownValues, source: Resource) -> Iterator[tuple[str, float]]:
    """Yield the part of an action's requests for each of its groups, where the template says all weights."""
    for action in [*as_list(source.get("DefaultActions")), *as_list(source.get("Actions"))]:
        forward = as_mapping(as_mapping(action).get("ForwardConfig"))
        weights = {
            group.id: number(each.get("Weight"))
            for each in map(as_mapping, as_list(forward.get("TargetGroups")))
            if (group := known.graph.target(each.get("TargetGroupArn"))) and _leads_on(known, group)
        }
        yield from _parts(weights)


def _parts(weights: Mapping[str, float | None]) -> Iterator[tuple[str, float]]:
    told = {group: weight for group, weight in weights.items() if weight is not None}
    total = sum(told.values())
    if total and len(told) == len(weights):
        yield from ((group, weight / total) for group, weight in told.items())


def _leads_on(known: KnownValues, target: Resource) -> bool:
    """Tell whether requests go on from a listener or a group of targets."""
    return any(edge.kind in (Kind.ROUTES, Kind.INVOKES_SYNC) for edge in known.graph.edges(source=target))
