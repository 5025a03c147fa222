"""ECS services on EC2 use a capacity provider with managed scaling."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty, always_equals
from wellmade.check.groups import GROUP, group_policies
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, default_strategy
from wellmade.graph import Graph, Resource

_PROVIDER = "AutoScalingGroupProvider"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE, "AWS::ECS::TaskSet"):
        is_replica = always_equals(service.get("SchedulingStrategy", "REPLICA"), "REPLICA")
        if not is_replica or not always_empty(service.get("CapacityProviderStrategy")):
            continue
        if always_equals(service.get("LaunchType"), "EC2"):
            yield Violation(service, "Properties.LaunchType", "is EC2 without a capacity provider")
        elif _falls_back(graph, service):
            message = "is left out, which means EC2, as the cluster has no default capacity provider"
            yield Violation(service, "Properties.LaunchType", message)
    yield from _providers(graph)


def _falls_back(graph: Graph, service: Resource) -> bool:
    """Tell whether ECS takes EC2 for a service that says nothing, and it is ECS that deploys it."""
    is_own = service.type == SERVICE and always_equals(service.get("DeploymentController.Type", "ECS"), "ECS")
    return is_own and service.get("LaunchType") is None and default_strategy(graph, service) is None


def _providers(graph: Graph) -> Iterator[Violation]:
    """Yield providers of groups that nothing else scales either, as far as the templates tell."""
    for provider in graph.of_type("AWS::ECS::CapacityProvider"):
        group = graph.target(provider.get(f"{_PROVIDER}.AutoScalingGroupArn"), GROUP)
        off = always_equals(provider.get(f"{_PROVIDER}.ManagedScaling.Status", "DISABLED"), "DISABLED")
        if group and off and not any(group_policies(graph, group)):
            message = f"has no managed scaling, and nothing else scales {group.logical_id}"
            yield Violation(provider, f"Properties.{_PROVIDER}", message)


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
