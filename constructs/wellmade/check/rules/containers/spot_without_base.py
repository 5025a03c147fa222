"""Load-balanced capacity has an on-demand base."""

from collections.abc import Iterator

from wellmade.check.conditional import always, branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, serves_traffic
from wellmade.graph import Graph, Value, as_mapping, number

_MIXED = "MixedInstancesPolicy.InstancesDistribution"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        if serves_traffic(service) and always(service.get("CapacityProviderStrategy"), _is_spot_only):
            message = "runs on FARGATE_SPOT alone and serves traffic"
            yield Violation(service, "Properties.CapacityProviderStrategy", message)
    for group in graph.of_type("AWS::AutoScaling::AutoScalingGroup"):
        serves = any(
            branch for key in ("TargetGroupARNs", "LoadBalancerNames") for branch in branches(group.get(key))
        )
        base = group.get(f"{_MIXED}.OnDemandBaseCapacity", 0)
        above = group.get(f"{_MIXED}.OnDemandPercentageAboveBaseCapacity", 100)
        if serves and always(base, _is_zero) and always(above, _is_zero):
            message = "0 instances and 0 % above them are on demand, and it serves traffic"
            yield Violation(group, f"Properties.{_MIXED}", message)


def _is_zero(value: Value) -> bool:
    return number(value) == 0


def _is_spot_only(strategy: Value) -> bool:
    """Providers of weight 0 without a base take no task."""
    if not isinstance(strategy, list) or not strategy:
        return False
    return all(as_mapping(entry).get("CapacityProvider") == "FARGATE_SPOT" for entry in strategy)


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
