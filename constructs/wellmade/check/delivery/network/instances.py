"""Instances that are registered with a target group, with the port and the security groups that they wear."""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, number

FLEET = "AWS::AutoScaling::AutoScalingGroup"
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
_TEMPLATE = "AWS::EC2::LaunchTemplate"
Registered = tuple[Resource, Resource, float, list[Value]]
"""The target group, what is registered, its port, and the values of its security groups."""


def registered(graph: Graph) -> Iterator[Registered]:
    """Yield single instances and the instances of Auto Scaling groups."""
    for group in graph.of_type(GROUP):
        for entry in map(as_mapping, as_list(group.get("Targets"))):
            instance = graph.target(entry.get("Id"), "AWS::EC2::Instance")
            port = number(entry.get("Port", group.get("Port")))
            if instance and port is not None:
                yield group, instance, port, _worn(instance, "", "SecurityGroupIds", "GroupSet")
    for fleet in graph.of_type(FLEET):
        for named in as_list(fleet.get("TargetGroupARNs")):
            target = graph.target(named, GROUP)
            port = target.number("Port") if target else None
            if target and port is not None:
                yield target, fleet, port, worn_by_fleet(graph, fleet)


def worn_by_fleet(graph: Graph, fleet: Resource) -> list[Value]:
    """Return the groups of the instances of a fleet."""
    start = launched_from(graph, fleet)
    if start is None:
        return []
    if start.type == _TEMPLATE:
        return _worn(start, "LaunchTemplateData.", "SecurityGroupIds", "Groups")
    return as_list(start.get("SecurityGroups"))


def launched_from(graph: Graph, fleet: Resource) -> Resource | None:
    """Return the one launch template, or the launch configuration, that a fleet starts from."""
    one = fleet.get("LaunchTemplate")
    named = (
        one
        if one is not None
        else fleet.get("MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification")
    )
    specification = as_mapping(named)
    value = specification.get("LaunchTemplateId") or specification.get("LaunchTemplateName")
    return graph.target(value, _TEMPLATE) or graph.target(
        fleet.get("LaunchConfigurationName"), "AWS::AutoScaling::LaunchConfiguration"
    )


def role_of_instances(graph: Graph, fleet: Resource) -> Resource | None:
    """Return the role that the instances of a fleet have."""
    start = launched_from(graph, fleet)
    if start is None:
        return None
    prefix = "LaunchTemplateData." if start.type == _TEMPLATE else ""
    given = start.get(f"{prefix}IamInstanceProfile")
    named = given if prefix else {"Name": given}
    values = named.values() if isinstance(named, dict) else ()
    profiles = [graph.target(value, "AWS::IAM::InstanceProfile") for value in values]
    roles = [graph.target(role) for profile in profiles if profile for role in as_list(profile.get("Roles"))]
    return next((role for role in roles if role), None)


def _worn(resource: Resource, prefix: str, groups: str, of_interface: str) -> list[Value]:
    """Return the groups of an instance and of its interfaces."""
    interfaces = map(as_mapping, as_list(resource.get(f"{prefix}NetworkInterfaces")))
    own = as_list(resource.get(f"{prefix}{groups}"))
    return [*own, *(value for each in interfaces for value in as_list(each.get(of_interface)))]
