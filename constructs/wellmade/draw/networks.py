"""In which network and in which kind of subnets a resource runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from wellmade.draw.kinds import in_plural
from wellmade.facts.endpoints import name_in
from wellmade.graph import Exit, Graph, Resource, is_known, written
from wellmade.graph.resolve.paths import values_at

_TIERS = {
    Exit.INTERNET_GATEWAY: "public subnets",
    Exit.NAT: "private subnets, out through NAT",
    Exit.OTHER: "private subnets, out through another gateway",
    Exit.NONE: "isolated subnets",
    Exit.UNKNOWN: "subnets",
}
# What names its subnets by way of a subnet group: type, and the property with that group.
_GROUPED = {
    "AWS::RDS::DBCluster": "DBSubnetGroupName",
    "AWS::RDS::DBInstance": "DBSubnetGroupName",
    "AWS::ElastiCache::ReplicationGroup": "CacheSubnetGroupName",
    "AWS::ElastiCache::CacheCluster": "CacheSubnetGroupName",
}
# Where a resource, a launch template or a mount target names its security groups.
_GROUPS_AT = (
    "VpcSecurityGroupIds",
    "SecurityGroupIds",
    "SecurityGroups",
    "LaunchTemplateData.SecurityGroupIds",
    "LaunchTemplateData.NetworkInterfaces.*.Groups",
)
# Where a group or an instance names its launch template; a group of several types names it further within.
_TEMPLATE_AT = tuple(
    f"{begin}{name}"
    for begin in ("LaunchTemplate.", "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.")
    for name in ("LaunchTemplateId", "LaunchTemplateName")
)


@dataclass(frozen=True)
class Tier:
    """The subnets of one kind of one network."""

    network: Resource
    title: str


def tier_of(graph: Graph, resource: Resource) -> Tier | None:
    """Return where a resource runs; None when it is in no network of the templates, or in several."""
    subnets = [resource] if resource.type == "AWS::EC2::Subnet" else _subnets(graph, resource)
    networks = {network for each in subnets if (network := graph.target(each.get("VpcId"), "AWS::EC2::VPC"))}
    if len(networks) != 1:
        return None
    exits = {graph.exit_of(each) for each in subnets}
    kind = _TIERS[exits.pop()] if len(exits) == 1 else "subnets of several kinds"
    return Tier(networks.pop(), f"{kind} · {in_plural('zone', _zones(subnets))}")


def network_title(graph: Graph, network: Resource, name: str) -> str:
    """Return the name of a network with the services that its endpoints reach."""
    endpoints = [
        each for each in graph.of_type("AWS::EC2::VPCEndpoint") if graph.target(each.get("VpcId")) is network
    ]
    services = [written(each.get("ServiceName")) for each in endpoints if is_known(each.get("ServiceName"))]
    reached = sorted({found for each in services if (found := name_in(each))})
    return f"{name} · endpoints: {', '.join(reached)}" if reached else name


def _subnets(graph: Graph, resource: Resource) -> list[Resource]:
    path = _GROUPED.get(resource.type)
    group = graph.target(resource.get(path)) if path else None
    placed = graph.placement(group or resource)
    return list(placed.subnets) if placed else []


def _zones(subnets: list[Resource]) -> int:
    """Count the zones that the subnets name; several without a known zone are taken for one each."""
    return len(
        {written(zone) if is_known(zone := each.get("AvailabilityZone")) else each.id for each in subnets}
    )


def connections(graph: Graph, boxes: set[Resource]) -> Iterator[tuple[Resource, Resource]]:
    """Yield who may open a connection to whom by security groups."""
    members: dict[Resource, list[Resource]] = {}
    for box in (each for each in graph.resources.values() if each in boxes):
        for group in _groups(graph, box):
            members.setdefault(group, []).append(box)
    for source, openers in members.items():
        for edge in graph.edges(source=source):
            if edge.target is not source:
                yield from ((one, other) for one in openers for other in members.get(edge.target, []))


def _groups(graph: Graph, resource: Resource) -> list[Resource]:
    """Return the security groups of a resource, of its launch template and of its mount targets."""
    placed = graph.placement(resource)
    found = list(placed.security_groups) if placed else []
    for holder in (resource, *_holders(graph, resource)):
        for path in _GROUPS_AT:
            for each in values_at(holder.properties, path):
                group = graph.target(each, "AWS::EC2::SecurityGroup")
                if group and group not in found:
                    found.append(group)
    return found


def _holders(graph: Graph, resource: Resource) -> Iterator[Resource]:
    """Yield what names the security groups of a resource in its place."""
    if resource.type in ("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance"):
        for path in _TEMPLATE_AT:
            named = graph.target(resource.get(path), "AWS::EC2::LaunchTemplate")
            yield from [named] if named else []
    if resource.type == "AWS::EFS::FileSystem":
        for each in graph.resources.values():
            of_it = each.type == "AWS::EFS::MountTarget" and graph.target(
                each.get("FileSystemId"), resource.type
            )
            if of_it is resource:
                yield each
