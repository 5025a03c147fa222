"""Instances of EC2, and groups of them."""

import re
from collections.abc import Iterator

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/ec2/pricing/"


def group(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that its instances are not counted: how many run follows the backlog, and the type what EC2 has."""
    yield NotPriced("hours of its instances: how many run, and of which type, no template tells")


def instance(resource: Resource, _: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the hours of an instance of Linux; its volumes are told."""
    kind = resource.get("InstanceType")
    if isinstance(kind, str):
        name = f"ec2_on_demand_linux_{re.sub('[^a-z0-9]+', '_', kind.lower())}_hour"
        yield Charge(flat(f"{kind} hours", PAGE, name), HOURS_A_MONTH, fixed=True)
    else:
        yield NotPriced("hours of a type of instance that the template does not tell")
    yield NotPriced("GB of its volumes")


PRICED = {"AWS::AutoScaling::AutoScalingGroup": group, "AWS::EC2::Instance": instance}
