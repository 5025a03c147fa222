"""Elastic Load Balancing: hours, capacity units, and the public addresses of a load balancer."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.services.vpc import ADDRESS_HOURS
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH, SECONDS_A_MONTH
from wellmade.graph import Resource, as_list
from wellmade.ingress.costs import Traffic, units

PAGE = "https://aws.amazon.com/elasticloadbalancing/pricing/"
APPLICATION = flat("load balancer hours", PAGE, "load_balancer_hour", free=0)
APPLICATION_UNITS = flat("capacity unit hours", PAGE, "load_balancer_unit_hour")
NETWORK = flat("network load balancer hours", PAGE, "nlb_hour")


def balancer(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the hours of a load balancer; its units where the capacity file says what it takes."""
    kind = resource.get("Type", "application")
    if kind not in ("application", "network"):
        yield NotPriced(f"a load balancer of the type {kind}")
        return
    yield Charge(APPLICATION if kind == "application" else NETWORK, HOURS_A_MONTH, fixed=True)
    if resource.get("Scheme", "internet-facing") == "internet-facing":
        zones = max(2, len(as_list(resource.get("Subnets"))) or len(as_list(resource.get("SubnetMappings"))))
        yield Charge(ADDRESS_HOURS, zones * HOURS_A_MONTH, fixed=True)
    rate = usage.messages(resource) / SECONDS_A_MONTH
    if kind == "application":
        default = Traffic(0)
        usage.assume(f"{short(resource)}: {rate:g} requests a second of {default.kilobytes:g} KB, to servers")
        yield Charge(APPLICATION_UNITS, units(Traffic(rate, target="server")) * HOURS_A_MONTH)
    else:
        yield NotPriced("capacity units of a network load balancer, which nothing here counts")


PRICED = {"AWS::ElasticLoadBalancingV2::LoadBalancer": balancer}
