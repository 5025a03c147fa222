"""What Lambda calls with a function's role to connect it with its network, and on what.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from wellmade.graph import Resource, as_list, options
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.own_arns import own_arn

_INTERFACE = "network-interface/eni-1"
"""Stands for the one that Lambda makes, whose id nobody knows before."""
_CHANGES = ("DeleteNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses")
_LOOKS = (
    "DescribeNetworkInterfaces", "DescribeSubnets", "DescribeSecurityGroups", "DescribeVpcs",
    "GetSecurityGroupsForVpc",
)  # fmt: skip
_REQUIRED = ("DeleteNetworkInterface", "DescribeNetworkInterfaces")


def network_calls(function: Resource, naming: Naming) -> Iterator[tuple[str, str, bool]]:
    """Yield action, resource, and whether Lambda cannot do without, for a function in a network.

    An interface is made in a subnet and with groups: EC2 asks for the right to each of these.
    """
    if function.get("VpcConfig") is None:
        return
    places = [_INTERFACE]
    for kind, option in (("subnet", "SubnetIds"), ("security-group", "SecurityGroupIds")):
        values = [each for option in options(function.get(f"VpcConfig.{option}")) for each in as_list(option)]
        places += [f"{kind}/{name}" for name in naming.all(values)]
    for place in places:
        yield "ec2:CreateNetworkInterface", own_arn("ec2", place, naming), True
    for action in _CHANGES:
        yield f"ec2:{action}", own_arn("ec2", _INTERFACE, naming), action in _REQUIRED
    for action in _LOOKS:
        yield f"ec2:{action}", "*", action in _REQUIRED
