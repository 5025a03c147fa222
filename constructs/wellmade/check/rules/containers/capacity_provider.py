"""ECS services on EC2 use a capacity provider with managed scaling."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE
from wellmade.graph import Graph, Resource

_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_PROVIDER = "AutoScalingGroupProvider"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        is_replica = always_equals(service.get("SchedulingStrategy", "REPLICA"), "REPLICA")
        has_provider = possibly_set(service.get("CapacityProviderStrategy"))
        if is_replica and not has_provider and always_equals(service.get("LaunchType"), "EC2"):
            yield Violation(service, "Properties.LaunchType", "is EC2 without a capacity provider")
    yield from _providers(graph)


def _providers(graph: Graph) -> Iterator[Violation]:
    """Yield providers of groups that nothing else scales either, as far as the templates tell."""
    for provider in graph.of_type("AWS::ECS::CapacityProvider"):
        group = graph.target(provider.get(f"{_PROVIDER}.AutoScalingGroupArn"), _GROUP)
        off = always_equals(provider.get(f"{_PROVIDER}.ManagedScaling.Status", "DISABLED"), "DISABLED")
        if group and off and not _is_scaled(graph, group):
            message = f"has no managed scaling, and nothing else scales {group.logical_id}"
            yield Violation(provider, f"Properties.{_PROVIDER}", message)


def _is_scaled(graph: Graph, group: Resource) -> bool:
    policies = graph.of_type("AWS::AutoScaling::ScalingPolicy")
    return any(graph.target(each.get("AutoScalingGroupName")) is group for each in policies)


RULE = Rule(
    id="capacity-provider",
    title="ECS services on EC2 use a capacity provider with managed scaling",
    severity=Severity.WARNING,
    explanation=(
        "With the launch type EC2, ECS places tasks on the instances that happen to be there and never asks "
        "for more. When they are full, new tasks stay pending, also those of the deployment that is to help."
    ),
    fix="replace LaunchType by a CapacityProviderStrategy whose provider has managed scaling",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html",
    check=_check,
)
