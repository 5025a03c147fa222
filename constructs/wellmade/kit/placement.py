"""Which subnets of a network a workload or its data belongs into."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.kit.refusals import refusal


def workload_subnets(vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    """Return the subnets for what runs: private ones with a way out, else those that only endpoints serve."""
    return list(vpc.private_subnets) or _named_private(vpc) or list(vpc.isolated_subnets)


def selected_subnets(vpc: ec2.IVpc, selection: ec2.SubnetSelection) -> list[ec2.ISubnet]:
    """Return the subnets that a selection means in a network."""
    return vpc.select_subnets(
        subnets=selection.subnets,
        subnet_type=selection.subnet_type,
        subnet_group_name=selection.subnet_group_name,
        availability_zones=selection.availability_zones,
        subnet_filters=selection.subnet_filters,
        one_per_az=selection.one_per_az,
    ).subnets


def data_subnets(scope: IConstruct, vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    """Return the subnets for what holds data: isolated ones, and none that is open to the world.

    Raises:
        ValueError: If the network has public subnets only.
    """
    among_workloads = {subnet.node.path for subnet in _named_private(vpc)}
    isolated = [subnet for subnet in vpc.isolated_subnets if subnet.node.path not in among_workloads]
    found = isolated or list(vpc.private_subnets) or list(vpc.isolated_subnets)
    if not found:
        fix = "give it an isolated tier, as wellmade.network.Network has"
        raise refusal(scope, "vpc", "a network with isolated or private subnets", "public subnets only", fix)
    return found


def zones_of(subnets: Sequence[ec2.ISubnet]) -> int:
    """Return how many availability zones the subnets lie in."""
    return len({str(subnet.availability_zone) for subnet in subnets})


def has_way_out(vpc: ec2.IVpc) -> bool:
    """Tell whether workloads reach what no endpoint serves."""
    return bool(vpc.private_subnets)


def _named_private(vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    """Without a NAT gateway the private tier is isolated too, and only its name tells it from the data's."""
    return [subnet for subnet in vpc.isolated_subnets if "private" in subnet.node.id.lower()]
