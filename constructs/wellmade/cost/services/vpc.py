"""Amazon VPC: NAT gateways, interface endpoints, public addresses."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, as_list

PAGE = "https://aws.amazon.com/vpc/pricing/"
ENDPOINT_PAGE = "https://aws.amazon.com/privatelink/pricing/"
NAT_HOURS = flat("NAT gateway hours", PAGE, "nat_gateway_hour")
NAT_BYTES = flat("GB through NAT", PAGE, "nat_gateway_gigabyte")
ADDRESS_HOURS = flat("public address hours", PAGE, "public_ipv4_hour")
ENDPOINT_HOURS = flat("endpoint hours, by zone", ENDPOINT_PAGE, "interface_endpoint_hour")
_PETABYTE = 1024**2
ENDPOINT_BYTES = Meter(
    "GB through endpoints", ENDPOINT_PAGE,
    ((_PETABYTE, "interface_endpoint_gigabyte"), (5 * _PETABYTE, "interface_endpoint_gigabyte_next_4_pb"),
     (inf, "interface_endpoint_gigabyte_over_5_pb")),
)  # fmt: skip
BALANCER_BYTES = flat(
    "GB through endpoints of Gateway Load Balancers", ENDPOINT_PAGE, "gwlb_endpoint_gigabyte"
)
ATTACHMENT_HOURS = flat(
    "hours of transit gateway attachments",
    "https://aws.amazon.com/transit-gateway/pricing/",
    "transit_gateway_vpc_attachment_hour",
)
ATTACHMENT_BYTES = flat(
    "GB through transit gateways", "https://aws.amazon.com/transit-gateway/pricing/", "transit_gateway_gb"
)


def nat(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the hours of a NAT gateway and what it passes; its address is a resource of its own.

    A regional one is paid for in each zone that it is in, and brings the addresses that nobody gave it.
    """
    zones = 1
    if resource.get("AvailabilityMode") == "regional":
        given = as_list(resource.get("AvailabilityZoneAddresses"))
        zones = len(given) or _zones(resource, usage)
        usage.assume(f"{short(resource)}: a regional NAT gateway in {zones} zones")
        brought = 0 if given or resource.get("AllocationId") is not None else zones
        yield Charge(ADDRESS_HOURS, brought * HOURS_A_MONTH, fixed=True)
    yield Charge(NAT_HOURS, zones * HOURS_A_MONTH, fixed=True)
    yield Charge(NAT_BYTES, usage.gigabytes(resource, "passed"))


def address(_: Resource, __: Usage) -> Iterator[Charge]:
    """Yield the hours of an elastic address, in use or not."""
    yield Charge(ADDRESS_HOURS, HOURS_A_MONTH, fixed=True)


def endpoint(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield an endpoint in each of its zones; one of the kind gateway costs nothing."""
    kind = resource.get("VpcEndpointType", "Gateway")
    if kind == "Gateway":
        return
    if kind not in ("Interface", "GatewayLoadBalancer"):
        yield NotPriced("an endpoint of another kind than interface and gateway")
        return
    subnets = resource.get("SubnetIds")
    zones = len(subnets) if isinstance(subnets, list) and subnets else 1
    if not isinstance(subnets, list):
        usage.assume(f"{short(resource)}: in one zone (the template does not tell)")
    yield Charge(ENDPOINT_HOURS, zones * HOURS_A_MONTH, fixed=True)
    passed = ENDPOINT_BYTES if kind == "Interface" else BALANCER_BYTES
    yield Charge(passed, usage.gigabytes(resource, "passed"))


def attachment(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the hours of what is attached to a transit gateway, and what it sends there."""
    yield Charge(ATTACHMENT_HOURS, HOURS_A_MONTH, fixed=True)
    yield Charge(ATTACHMENT_BYTES, usage.gigabytes(resource, "passed"))


def _zones(gateway: Resource, usage: Usage) -> int:
    """Return the zones of the network, of which a regional gateway takes those where something runs."""
    network = usage.graph.target(gateway.get("VpcId"), "AWS::EC2::VPC")
    subnets = usage.graph.of_type("AWS::EC2::Subnet") if network else []
    inside = [one for one in subnets if usage.graph.target(one.get("VpcId")) is network]
    return len({str(one.get("AvailabilityZone")) for one in inside}) or 1


PRICED = {
    "AWS::EC2::NatGateway": nat,
    "AWS::EC2::EIP": address,
    "AWS::EC2::VPCEndpoint": endpoint,
    "AWS::EC2::TransitGatewayAttachment": attachment,
    "AWS::EC2::TransitGatewayVpcAttachment": attachment,
}
