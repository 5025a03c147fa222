"""Load-balanced capacity has an on-demand base."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import always, always_empty, always_equals
from wellmade.check.delivery.network.instances import launched_from
from wellmade.check.groups import GROUP, may_serve
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, default_strategy, serves_traffic
from wellmade.graph import Graph, Resource, Value, as_mapping, number

_MIXED = "MixedInstancesPolicy.InstancesDistribution"
_STRATEGY = "CapacityProviderStrategy"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in filter(serves_traffic, graph.of_type(SERVICE)):
        own = service.get(_STRATEGY)
        is_left = always_empty(own) and service.get("LaunchType") is None
        if always(default_strategy(graph, service) if is_left else own, _is_spot_only):
            by = ", as its cluster's default strategy says," if is_left else ""
            message = f"runs on FARGATE_SPOT alone{by} and serves traffic"
            yield Violation(service, f"Properties.{_STRATEGY}", message)
    for group in filter(may_serve, graph.of_type(GROUP)):
        yield from _of_group(graph, group)


def _of_group(graph: Graph, group: Resource) -> Iterator[Violation]:
    base = group.get(f"{_MIXED}.OnDemandBaseCapacity", 0)
    above = group.get(f"{_MIXED}.OnDemandPercentageAboveBaseCapacity", 100)
    if always(base, _is_zero) and always(above, _is_zero):
        message = "0 instances and 0 % above them are on demand, and it serves traffic"
        yield Violation(group, f"Properties.{_MIXED}", message)
    start = launched_from(graph, group) if group.get("MixedInstancesPolicy") is None else None
    if start and _asks_for_spot(start):
        message = f"starts Spot instances alone, by {start.logical_id}, and serves traffic"
        yield Violation(group, "Properties", message, "mix both by a MixedInstancesPolicy with a base")


def _asks_for_spot(start: Resource) -> bool:
    """Tell whether every instance of a launch template or configuration is a Spot instance."""
    market = start.get("LaunchTemplateData.InstanceMarketOptions.MarketType")
    return always_equals(market, "spot") or always(start.get("SpotPrice"), lambda price: price is not None)


def _is_zero(value: Value) -> bool:
    return number(value) == 0


def _is_spot_only(strategy: Value) -> bool:
    """Providers of weight 0 without a base take no task; the weight is 0 where several are given and none."""
    if not isinstance(strategy, list) or not strategy:
        return False
    entries = list(map(as_mapping, strategy))
    taken = [each for each in entries if len(entries) == 1 or not _takes_none(each)]
    return bool(taken) and all(each.get("CapacityProvider") == "FARGATE_SPOT" for each in taken)


def _takes_none(entry: Mapping[str, Value]) -> bool:
    return always(entry.get("Weight", 0), _is_zero) and always(entry.get("Base", 0), _is_zero)


RULE = Rule(
    id="spot-without-base",
    title="Load-balanced capacity has an on-demand base",
    severity=Severity.WARNING,
    explanation=(
        "When AWS needs the capacity back, all tasks or instances of a zone get two minutes' notice at once, "
        "and there may be none to replace them for hours. Nothing is left that answers."
    ),
    fix="give on-demand capacity a base that can carry the load, and Spot the weight above it",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    check=_check,
)
