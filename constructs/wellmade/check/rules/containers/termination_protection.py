"""Capacity providers that protect instances can do so."""

from collections.abc import Iterator

from wellmade.check.conditional import always, always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, flag

_PROVIDER = "AWS::ECS::CapacityProvider"
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_PATH = "AutoScalingGroupProvider.ManagedTerminationProtection"


def _check(graph: Graph) -> Iterator[Violation]:
    for provider in graph.of_type(_PROVIDER):
        if not always_equals(provider.get(_PATH), "ENABLED"):
            continue
        scaling = provider.get("AutoScalingGroupProvider.ManagedScaling.Status", "DISABLED")
        group = graph.target(provider.get("AutoScalingGroupProvider.AutoScalingGroupArn"), _GROUP)
        if always_equals(scaling, "DISABLED"):
            yield Violation(provider, f"Properties.{_PATH}", "is ENABLED without managed scaling")
        elif group and always(group.get("NewInstancesProtectedFromScaleIn", default=False), _is_off):
            message = f"is ENABLED, and {group.logical_id} does not protect its instances from scale-in"
            yield Violation(provider, f"Properties.{_PATH}", message)


def _is_off(value: Value) -> bool:
    return flag(value) is False


RULE = Rule(
    id="termination-protection",
    title="Capacity providers that protect instances can do so",
    severity=Severity.ERROR,
    explanation=(
        "ECS protects instances that run tasks only where the Auto Scaling group protects new instances from "
        "scale-in, and managed scaling is on. It refuses to create the provider otherwise."
    ),
    fix="set NewInstancesProtectedFromScaleIn of the group to true, and ManagedScaling.Status to ENABLED",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html",
    check=_check,
)
