"""Instances of EC2, and groups of them."""

import re
from collections.abc import Iterator, Mapping
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.services import volumes
from wellmade.cost.services.cloudwatch import CUSTOM_METRICS
from wellmade.cost.services.vpc import ADDRESS_HOURS
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, Value, as_list, as_mapping, flag, text

PAGE = "https://aws.amazon.com/ec2/pricing/"
_TEMPLATE, _CONFIGURATION = "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration"
DETAILED_METRICS = 7
"""Metrics of each minute that an instance has, each at the price of a custom one.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""


def hours(kind: str, count: float) -> Charge:
    """Return the hours of so many instances of a type, as Linux on demand and all month."""
    name = f"ec2_on_demand_linux_{re.sub('[^a-z0-9]+', '_', kind.lower())}_hour"
    return Charge(flat(f"{kind} hours", PAGE, name), count * HOURS_A_MONTH, fixed=True)


def instance(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the hours of an instance of Linux with its volumes and its public address."""
    launched = _template(resource.get("LaunchTemplate"), usage)
    settings = {**launched, **resource.properties}
    kind = text(settings.get("InstanceType"))
    if kind is None:
        yield NotPriced("hours of a type of instance that the template does not tell")
    else:
        usage.assume(f"{short(resource)}: Linux on demand, on shared hardware")
        yield hours(kind, 1)
    yield from volumes.mapped(settings.get("BlockDeviceMappings"), 1)
    yield from _extras(settings, 1)


def group(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the instances that a group begins with, all month; what follows a load is told."""
    settings, kind = _launched(resource, usage)
    begins = "DesiredCapacity" if resource.get("DesiredCapacity") is not None else "MinSize"
    count = resource.number(begins)
    if not count or not 0 < count < inf or kind is None:
        yield NotPriced("hours of its instances: how many run, and of which type, no template tells")
        return
    usage.assume(f"{short(resource)}: {count:g} instances all month ({begins}), as Linux on demand")
    yield hours(kind, count)
    yield from volumes.mapped(settings.get("BlockDeviceMappings"), count)
    yield from _extras(settings, count)


def _launched(resource: Resource, usage: Usage) -> tuple[Mapping[str, Value], str | None]:
    """Return what the instances of a group are launched with, and their type, the first of several."""
    mixed = as_mapping(as_mapping(resource.get("MixedInstancesPolicy")).get("LaunchTemplate"))
    named = resource.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification")
    configuration = usage.graph.target(resource.get("LaunchConfigurationName"), _CONFIGURATION)
    settings = _template(named, usage)
    if configuration:
        settings = {"InstanceMonitoring": True, **configuration.properties}
    others = [text(as_mapping(one).get("InstanceType")) for one in as_list(mixed.get("Overrides"))]
    return settings, next((one for one in others if one), text(settings.get("InstanceType")))


def _template(named: Value, usage: Usage) -> Mapping[str, Value]:
    """Return the data of a launch template; nothing where these templates do not hold it."""
    said = as_mapping(named)
    found = usage.graph.target(said.get("LaunchTemplateId") or said.get("LaunchTemplateName"), _TEMPLATE)
    return as_mapping(found.get("LaunchTemplateData")) if found else {}


def _extras(settings: Mapping[str, Value], count: float) -> Iterator[Charge | NotPriced]:
    """Yield public addresses, and metrics of each minute; a launch configuration has these by default."""
    networks = [as_mapping(one) for one in as_list(settings.get("NetworkInterfaces"))]
    public = [settings, *networks]
    if any(flag(one.get("AssociatePublicIpAddress")) for one in public):
        yield Charge(ADDRESS_HOURS, count * HOURS_A_MONTH, fixed=True)
    tenancy = as_mapping(settings.get("Placement")).get("Tenancy", settings.get("PlacementTenancy"))
    if settings.get("Tenancy", tenancy) not in (None, "default"):
        yield NotPriced("hardware of one's own, which costs more")
    spent = as_mapping(settings.get("CreditSpecification"))  # spelled otherwise in a launch template
    if spent.get("CpuCredits", spent.get("CPUCredits", "standard")) != "standard":
        yield NotPriced("credits of processors beyond what the instance earns: nothing tells how many")
    watched = settings.get("InstanceMonitoring", settings.get("Monitoring"))
    if flag(as_mapping(watched).get("Enabled", watched)):
        yield Charge(CUSTOM_METRICS, DETAILED_METRICS * count, fixed=True)


PRICED = {"AWS::AutoScaling::AutoScalingGroup": group, "AWS::EC2::Instance": instance}
