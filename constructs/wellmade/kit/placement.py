"""Which subnets of a network a workload or its data belongs into."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.facts.addresses import is_range
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.refusals import refusal


def workload_subnets(vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    """Return the subnets for what runs: private ones with a way out, else those that only endpoints serve."""
    return list(vpc.private_subnets) or _named_private(vpc) or list(vpc.isolated_subnets)


def selected_subnets(vpc: ec2.IVpc, selection: ec2.SubnetSelection) -> list[ec2.ISubnet]:
    """Return the subnets that a selection means in a network."""
    if selection.subnets:
        # The network would ask for their zones, which an imported one may not know.
        return list(selection.subnets)
    return vpc.select_subnets(
        subnet_type=selection.subnet_type,
        subnet_group_name=selection.subnet_group_name,
        availability_zones=selection.availability_zones,
        subnet_filters=selection.subnet_filters,
        one_per_az=selection.one_per_az,
    ).subnets


def data_subnets(
    scope: IConstruct, vpc: ec2.IVpc, selection: ec2.SubnetSelection | None = None
) -> list[ec2.ISubnet]:
    """Return the subnets for what holds data: isolated ones, and none that is open to the world.

    Args:
        scope: Whose data it is.
        vpc: The network.
        selection: What the user selects. Default: isolated subnets, else private ones.

    Raises:
        RefusedError: If the network is of another region or account, has public subnets only, or one
            of them is selected.
    """
    refuse_elsewhere(scope, "vpc", vpc, imported=())
    if selection:
        return _no_public(scope, vpc, selected_subnets(vpc, selection))
    among_workloads = {subnet.node.path for subnet in _named_private(vpc)}
    isolated = [subnet for subnet in vpc.isolated_subnets if subnet.node.path not in among_workloads]
    found = isolated or list(vpc.private_subnets) or list(vpc.isolated_subnets)
    if not found:
        fix = "give it an isolated tier, as wellmade.network.Network has"
        raise refusal(
            scope,
            "vpc",
            "a network with isolated or private subnets",
            "public subnets only",
            fix,
            rule="function-network",
        )
    return found


def zones_of(scope: IConstruct, subnets: Sequence[ec2.ISubnet]) -> int:
    """Return how many availability zones the subnets lie in.

    Raises:
        RefusedError: If one is imported without its zone.
    """
    try:
        return len({str(subnet.availability_zone) for subnet in subnets})
    except RuntimeError as error:
        fix = "import it with from_subnet_attributes and its availability zone"
        raise refusal(scope, "vpc_subnets", "imported with their zones", "one without", fix) from error


def has_way_out(vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet] | None = None) -> bool:
    """Tell whether workloads reach what no endpoint serves.

    Args:
        vpc: The network.
        subnets: Where they run; one that is not known of this network is taken for one with a way out.
            Default: the private subnets.
    """
    if subnets is None:
        return bool(vpc.private_subnets)
    # A network that is not looked up yet has stand-ins: the same subnets are private and isolated.
    private = {subnet.subnet_id for subnet in vpc.private_subnets}
    without = {subnet.subnet_id for subnet in (*vpc.isolated_subnets, *vpc.public_subnets)} - private
    return not any(subnet.subnet_id in without for subnet in subnets)


def cidr_of(scope: IConstruct, vpc: ec2.IVpc) -> str:
    """Return the addresses of a network.

    Raises:
        RefusedError: If it is imported without them.
    """
    try:
        return vpc.vpc_cidr_block
    except RuntimeError as error:
        fix = "import it with vpc_cidr_block, which an internal service lets in"
        raise refusal(scope, "vpc", "imported with its addresses", "one without", fix) from error


def ranges_given(scope: IConstruct, option: str, cidrs: Sequence[str]) -> tuple[str, ...]:
    """Return ranges of addresses.

    Raises:
        RefusedError: If one is none of IPv4: AWS and Kubernetes would refuse it.
    """
    for each in cidrs:
        if not is_unresolved(each) and not is_range(each):
            fix = "describe-vpcs lists those of a network"
            raise refusal(scope, option, "ranges such as 100.64.0.0/16", repr(each), fix)
    return tuple(cidrs)


def ranges_of(scope: IConstruct, vpc: ec2.IVpc, further: Sequence[str] = ()) -> list[str]:
    """Return the addresses of a network: its first range, those that its stack adds to it, and further ones.

    Args:
        scope: Who asks.
        vpc: The network.
        further: Ranges of a network that is imported, which tells its first one alone.

    Raises:
        RefusedError: If it is imported without its first range.
    """
    stack = stack_of(vpc)
    own = stack.resolve(vpc.vpc_id)
    added = [
        str(each.cidr_block)
        for each in stack.node.find_all()
        if isinstance(each, ec2.CfnVPCCidrBlock) and each.cidr_block and stack.resolve(each.vpc_id) == own
    ]
    return list(dict.fromkeys([cidr_of(scope, vpc), *added, *further]))


def _no_public(scope: IConstruct, vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet]) -> list[ec2.ISubnet]:
    public = {subnet.subnet_id for subnet in vpc.public_subnets}
    if any(subnet.subnet_id in public for subnet in subnets):
        fix = "select isolated or private ones"
        raise refusal(
            scope, "vpc_subnets", "subnets that are not public", "a public one", fix, rule="function-network"
        )
    return list(subnets)


def _named_private(vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    """Without a NAT gateway the private tier is isolated too, and only its name tells it from the data's."""
    return [subnet for subnet in vpc.isolated_subnets if "private" in subnet.node.id.lower()]
