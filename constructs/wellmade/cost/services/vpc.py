"""Amazon VPC: NAT gateways, interface endpoints, public addresses."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, as_list

PAGE = "https://aws.amazon.com/vpc/pricing/"
ENDPOINT_PAGE = "https://aws.amazon.com/privatelink/pricing/"
NAT_HOURS = flat("NAT gateway hours", PAGE, "nat_gateway_hour")
NAT_BYTES = flat("GB through NAT", PAGE, "nat_gateway_gigabyte")
ADDRESS_HOURS = flat("public address hours", PAGE, "public_ipv4_hour")
ENDPOINT_HOURS = flat("endpoint hours, by zone", ENDPOINT_PAGE, "interface_endpoint_hour")
ENDPOINT_BYTES = flat("GB through endpoints", ENDPOINT_PAGE, "interface_endpoint_gigabyte")


def nat(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the hours of a NAT gateway and what it passes; its address is a resource of its own."""
    yield Charge(NAT_HOURS, HOURS_A_MONTH, fixed=True)
    yield Charge(NAT_BYTES, usage.gigabytes(resource, "passed"))


def address(_: Resource, __: Usage) -> Iterator[Charge]:
    """Yield the hours of an elastic address, in use or not."""
    yield Charge(ADDRESS_HOURS, HOURS_A_MONTH, fixed=True)


def endpoint(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield an interface endpoint in each of its zones; one of the kind gateway costs nothing."""
    if resource.get("VpcEndpointType", "Gateway") == "Interface":
        zones = len(as_list(resource.get("SubnetIds"))) or 1
        yield Charge(ENDPOINT_HOURS, zones * HOURS_A_MONTH, fixed=True)
        yield Charge(ENDPOINT_BYTES, usage.gigabytes(resource, "passed"))


PRICED = {"AWS::EC2::NatGateway": nat, "AWS::EC2::EIP": address, "AWS::EC2::VPCEndpoint": endpoint}
