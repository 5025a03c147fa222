"""Where in a network a resource runs, how its subnets reach the internet, and which endpoints they have."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from wellmade.facts.addresses import EVERYWHERE
from wellmade.facts.endpoints import name_in
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.targets import Targets
from wellmade.graph.resolve.values import flag, is_known

# Type: where it names its subnets and its security groups.
_PLACED = {
    "AWS::Lambda::Function": ("VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"),
    "AWS::Serverless::Function": ("VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"),
    "AWS::ECS::Service": (
        "NetworkConfiguration.AwsvpcConfiguration.Subnets",
        "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
    ),
    "AWS::EC2::Instance": ("SubnetId", "SecurityGroupIds"),
    "AWS::AutoScaling::AutoScalingGroup": ("VPCZoneIdentifier", "SecurityGroups"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Subnets", "SecurityGroups"),
    "AWS::RDS::DBProxy": ("VpcSubnetIds", "VpcSecurityGroupIds"),
    "AWS::RDS::DBSubnetGroup": ("SubnetIds", ""),
    "AWS::ElastiCache::SubnetGroup": ("SubnetIds", ""),
    "AWS::EC2::VPCEndpoint": ("SubnetIds", "SecurityGroupIds"),
    "AWS::EC2::NatGateway": ("SubnetId", ""),
    "AWS::EKS::Cluster": ("ResourcesVpcConfig.SubnetIds", "ResourcesVpcConfig.SecurityGroupIds"),
}


class Exit(StrEnum):
    """How traffic of a subnet leaves for the internet."""

    INTERNET_GATEWAY = "internet gateway"
    NAT = "NAT"
    OTHER = "other gateway"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Placement:
    """The subnets in which something runs; `exits` has `UNKNOWN` when the templates do not say."""

    subnets: tuple[Resource, ...]
    security_groups: tuple[Resource, ...]
    exits: frozenset[Exit]
    endpoints: frozenset[str]
    """Services such as `sqs` or `ecr.api` that every one of the subnets reaches by an endpoint."""
    endpoints_known: bool
    """False when a subnet or the service of an endpoint is unknown."""


class Placements:
    """The routes and endpoints of all subnets."""

    def __init__(self, targets: Targets) -> None:
        """Index associations, routes and endpoints once."""
        self._targets = targets
        self._has_unknown: dict[str, bool] = {}
        """Of which types one may belong to anything."""
        self._routes = self._grouped("AWS::EC2::Route", "RouteTableId")
        self._associations = self._grouped("AWS::EC2::SubnetRouteTableAssociation", "SubnetId")
        self._of_vpc = self._grouped("AWS::EC2::VPCEndpoint", "VpcId")

    def of(self, resource: Resource) -> Placement | None:
        """Return where a resource runs; None when it names no subnets."""
        subnets_at, groups_at = _PLACED.get(resource.type, ("", ""))
        named = list(values_at(resource.properties, subnets_at)) if subnets_at else []
        if not named:
            return None
        subnets = tuple(self._found(named, "AWS::EC2::Subnet"))
        groups = self._found(values_at(resource.properties, groups_at), "AWS::EC2::SecurityGroup")
        exits = {self.exit_of(subnet) for subnet in subnets}
        complete = len(subnets) == len(named)
        reached = [self.endpoints_of(subnet) for subnet in subnets]
        common = set.intersection(*reached) if reached else set()
        return Placement(
            subnets=subnets,
            security_groups=tuple(groups),
            exits=frozenset(exits if complete else {*exits, Exit.UNKNOWN}),
            endpoints=frozenset(service for service in common if service),
            endpoints_known=complete and not any(None in services for services in reached),
        )

    def exit_of(self, subnet: Resource) -> Exit:
        """Return how a subnet reaches the internet; without a route table of its own it does not."""
        if not self._associations.get(subnet):
            if self._has_unknown["AWS::EC2::SubnetRouteTableAssociation"]:
                return Exit.UNKNOWN
            return Exit.NONE if self._targets.target(subnet.get("VpcId"), "AWS::EC2::VPC") else Exit.UNKNOWN
        table = self.table_of(subnet)
        if table is None:
            return Exit.UNKNOWN
        exits = [_exit(route) for route in self._routes.get(table, [])]
        none = Exit.UNKNOWN if self._has_unknown["AWS::EC2::Route"] else Exit.NONE
        return next((exit_ for exit_ in exits if exit_ is not Exit.NONE), none)

    def table_of(self, subnet: Resource) -> Resource | None:
        """Return the route table that a subnet is associated with; None if it is not in the templates."""
        associations = self._associations.get(subnet, [])
        value = associations[0].get("RouteTableId") if associations else None
        return self._targets.target(value, "AWS::EC2::RouteTable")

    def endpoints_of(self, subnet: Resource) -> set[str | None]:
        """Return the services with an endpoint for this subnet; None stands for an unknown one."""
        vpc = self._targets.target(subnet.get("VpcId"))
        if vpc is None or self._has_unknown["AWS::EC2::VPCEndpoint"]:
            return {None}
        return {
            service for endpoint in self._of_vpc.get(vpc, []) for service in self._service(endpoint, subnet)
        }

    def _service(self, endpoint: Resource, subnet: Resource) -> Iterator[str | None]:
        """A gateway endpoint serves its route tables, an interface endpoint with private names the VPC."""
        name = endpoint.get("ServiceName")
        service = name_in(written(name)) if is_known(name) else None
        if endpoint.get("VpcEndpointType", "Gateway") != "Gateway":
            if flag(endpoint.get("PrivateDnsEnabled", True)) is not False:
                yield service
            elif self._has_own_names:
                yield None
            return
        tables = {self._targets.target(value) for value in values_at(endpoint.properties, "RouteTableIds")}
        if any(
            self._targets.target(each.get("RouteTableId")) in tables
            for each in self._associations.get(subnet, [])
        ):
            yield service
        elif None in tables:
            yield None

    @cached_property
    def _has_own_names(self) -> bool:
        """Tell whether a hosted zone may give endpoints the names of their services."""
        zones = self._targets.of_type("AWS::Route53::HostedZone")
        return any(
            "amazon" in written(zone.get("Name", "")) or not is_known(zone.get("Name")) for zone in zones
        )

    def _found(self, values: Iterator[object] | list[object], kind: str) -> Iterator[Resource]:
        for value in values:
            resource = self._targets.target(value, kind)
            if resource:
                yield resource

    def _grouped(self, kind: str, path: str) -> dict[Resource, list[Resource]]:
        groups: dict[Resource, list[Resource]] = defaultdict(list)
        self._has_unknown[kind] = False
        for resource in self._targets.of_type(kind):
            owner = self._targets.target(resource.get(path))
            if owner:
                groups[owner].append(resource)
            elif not is_known(resource.get(path)):
                self._has_unknown[kind] = True
        return groups


def _exit(route: Resource) -> Exit:
    destination = route.get("DestinationCidrBlock", route.get("DestinationIpv6CidrBlock"))
    if destination not in EVERYWHERE:
        return Exit.NONE if is_known(destination) else Exit.UNKNOWN
    if route.get("NatGatewayId") is not None:
        return Exit.NAT
    return Exit.INTERNET_GATEWAY if route.get("GatewayId") is not None else Exit.OTHER
