"""Connected networks and their subnets do not overlap."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import combinations

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text

_VPC = "AWS::EC2::VPC"
_ATTACHMENTS = ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment")


def _check(graph: Graph) -> Iterator[Violation]:
    for group, why in _groups(graph):
        for one, other in combinations(group, 2):
            ranges = _range(one), _range(other)
            if ranges[0] and ranges[1] and _coexist(one, other) and ranges[0].overlaps(ranges[1]):
                message = f"{ranges[1]} overlaps {ranges[0]} of {one.logical_id}, {why}"
                yield Violation(other, "Properties.CidrBlock", message)


def _groups(graph: Graph) -> Iterator[tuple[list[Resource], str]]:
    """Yield what must not overlap: the subnets of a network, and the networks that are joined."""
    for vpc in graph.of_type(_VPC):
        subnets = [
            each for each in graph.of_type("AWS::EC2::Subnet") if graph.target(each.get("VpcId")) is vpc
        ]
        yield subnets, f"and both are in {vpc.logical_id}"
    for peering in graph.of_type("AWS::EC2::VPCPeeringConnection"):
        pair = [graph.target(peering.get(name), _VPC) for name in ("VpcId", "PeerVpcId")]
        yield _distinct(pair), f"and {peering.logical_id} joins them"
    for gateway in graph.of_type("AWS::EC2::TransitGateway"):
        attached = [
            graph.target(each.get("VpcId"), _VPC)
            for each in graph.of_type(*_ATTACHMENTS)
            if graph.target(each.get("TransitGatewayId")) is gateway
        ]
        yield _distinct(attached), f"and {gateway.logical_id} joins them"


def _distinct(found: Iterable[Resource | None]) -> list[Resource]:
    return list(dict.fromkeys(each for each in found if each))


def _coexist(one: Resource, other: Resource) -> bool:
    """Two resources with conditions of their own may exclude each other."""
    return None in (one.condition, other.condition) or one.condition == other.condition


def _range(resource: Resource) -> IPv4Network | None:
    try:
        return IPv4Network(text(resource.get("CidrBlock")) or "", strict=False)
    except ValueError:
        return None


RULE = Rule(
    id="cidr-overlap",
    title="Connected networks and their subnets do not overlap",
    severity=Severity.ERROR,
    explanation=(
        "Subnets that overlap cannot be created, and networks that overlap cannot be joined: packets "
        "to the other network are routed within the own one. The addresses of a network cannot be "
        "changed later."
    ),
    fix="give each of them a range of its own",
    source="https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html",
    check=_check,
)
