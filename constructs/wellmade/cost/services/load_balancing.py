"""Elastic Load Balancing: hours, capacity units, and the public addresses of a load balancer."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.services.vpc import ADDRESS_HOURS
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH, SECONDS_A_MONTH
from wellmade.graph import Kind, Resource, as_list, as_mapping
from wellmade.ingress.costs import Traffic, units

PAGE = "https://aws.amazon.com/elasticloadbalancing/pricing/"
APPLICATION = flat("load balancer hours", PAGE, "load_balancer_hour", free=0)
APPLICATION_UNITS = flat("capacity unit hours", PAGE, "load_balancer_unit_hour")
CLASSIC = flat("classic load balancer hours", PAGE, "classic_load_balancer_hour")
CLASSIC_BYTES = flat("GB through classic load balancers", PAGE, "classic_load_balancer_gigabyte")
_BEHIND = tuple(f"AWS::ElasticLoadBalancingV2::{one}" for one in ("Listener", "ListenerRule", "TargetGroup"))
NETWORK = flat("network load balancer hours", PAGE, "nlb_hour")


def balancer(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the hours of a load balancer; its units where the capacity file says what it takes."""
    kind = resource.get("Type", "application")
    if kind not in ("application", "network"):
        yield NotPriced(f"a load balancer of the type {kind}")
        return
    yield Charge(APPLICATION if kind == "application" else NETWORK, HOURS_A_MONTH, fixed=True)
    if resource.get("Scheme", "internet-facing") == "internet-facing":
        mappings = [as_mapping(one) for one in as_list(resource.get("SubnetMappings"))]
        zones = max(2, len(as_list(resource.get("Subnets"))) or len(mappings))
        # An elastic address that is given has a row of its own.
        given = sum("AllocationId" in one for one in mappings)
        yield Charge(ADDRESS_HOURS, max(0, zones - given) * HOURS_A_MONTH, fixed=True)
    rate = usage.requests(resource) / SECONDS_A_MONTH
    if kind == "application":
        default = Traffic(0, target="function" if _has_functions(resource, usage) else "server")
        usage.assume(f"{short(resource)}: requests of {default.kilobytes:g} KB, to {default.target}s")
        yield Charge(APPLICATION_UNITS, units(replace(default, rate=rate)) * HOURS_A_MONTH)
    else:
        yield NotPriced("capacity units of a network load balancer, which nothing here counts")


def _has_functions(routes: Resource, usage: Usage) -> bool:
    """Tell whether a function is behind a load balancer, so that fewer bytes make a capacity unit."""
    edges = usage.graph.edges(source=routes)
    if any(edge.kind is Kind.INVOKES_SYNC for edge in edges):
        return True
    behind = [edge.target for edge in edges if edge.kind is Kind.ROUTES and edge.target.type in _BEHIND]
    return any(_has_functions(one, usage) for one in behind)


def classic(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the hours of a load balancer of the first kind, what it passes, and its public addresses."""
    yield Charge(CLASSIC, HOURS_A_MONTH, fixed=True)
    yield Charge(CLASSIC_BYTES, usage.gigabytes(resource, "passed"))
    if resource.get("Scheme", "internet-facing") == "internet-facing":
        places = as_list(resource.get("Subnets")) or as_list(resource.get("AvailabilityZones"))
        yield Charge(ADDRESS_HOURS, max(1, len(places)) * HOURS_A_MONTH, fixed=True)


PRICED = {
    "AWS::ElasticLoadBalancing::LoadBalancer": classic,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": balancer,
}
