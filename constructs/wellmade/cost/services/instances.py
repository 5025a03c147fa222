"""Groups of EC2 instances."""

from collections.abc import Iterator

from wellmade.cost.meter import NotPriced
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/ec2/pricing/"


def group(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that its instances are not counted: how many run follows the backlog, and the type what EC2 has."""
    yield NotPriced("hours of its instances: how many run, and of which type, no template tells")


PRICED = {"AWS::AutoScaling::AutoScalingGroup": group}
