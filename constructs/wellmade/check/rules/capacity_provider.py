"""Services on instances have instances scaled for them."""

from collections.abc import Iterator

from wellmade.check.every_branch import is_always
from wellmade.check.given import given
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.check.services import SERVICE
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    for service in graph.of_type(SERVICE):
        is_replica = is_always(service.get("SchedulingStrategy", "REPLICA"), "REPLICA")
        has_provider = given(service.get("CapacityProviderStrategy"))
        if is_replica and not has_provider and is_always(service.get("LaunchType"), "EC2"):
            yield Hit(service, "Properties.LaunchType", "is EC2 without a capacity provider")


RULE = Rule(
    id="capacity-provider",
    title="Services on instances have instances scaled for them",
    severity=Severity.WARNING,
    explanation=(
        "With the launch type EC2, ECS places tasks on the instances that happen to be there and never asks "
        "for more. When they are full, new tasks stay pending, also those of the deployment that is to help."
    ),
    fix="replace LaunchType by a CapacityProviderStrategy whose provider has managed scaling",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html",
    check=_check,
)
