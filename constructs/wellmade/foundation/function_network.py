"""A function in a network."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import jsii
from aws_cdk import Aspects, IAspect
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of, stack_of
from wellmade.kit.placement import has_way_out, selected_subnets, workload_subnets
from wellmade.kit.policies import managed_policies_of
from wellmade.kit.reachability import refuse_unreachable_calls
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import check_at_synth

_USED_BY = "Lambda, to connect the function with its network"
_CHANGES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
_LOOKS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")


class FunctionNetwork:
    """The subnets and security groups of a function.

    Its own group lets nothing in, and out over TLS once the function calls something; where the user gives
    groups, nothing is added to them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None,
        groups: Sequence[ec2.ISecurityGroup] | None,
    ) -> None:
        refuse_elsewhere(scope, "vpc", vpc, imported=(), path=f"{path_of(scope)}/{construct_id}")
        self._vpc, self._lets_out = vpc, groups is not None
        self._chosen = workload_subnets(vpc) if subnets is None else selected_subnets(vpc, subnets)
        self.subnets: ec2.SubnetSelection = subnets or ec2.SubnetSelection(subnets=self._chosen)
        self._own = (
            None
            if groups is not None
            else ec2.SecurityGroup(
                scope, f"{construct_id}Group", vpc=vpc, allow_all_outbound=False, description=construct_id
            )
        )
        self.groups: list[ec2.ISecurityGroup] = (
            list(groups) if groups is not None else [group for group in [self._own] if group]
        )

    @property
    def properties(self) -> dict[str, Any]:
        """What the function is defined with."""
        return {"vpc": self._vpc, "vpc_subnets": self.subnets, "security_groups": self.groups}

    def attach(self, function: Construct, role: WorkloadRole) -> None:
        """Let Lambda make the network interfaces, and the code out once it is granted something."""
        self._allow_interfaces(function, role)
        role.when_granted.append(self._let_out)
        if self._own:
            Aspects.of(function).add(cast(IAspect, _LetsOut(path_of(function), role, self._let_out)))
        if not has_way_out(self._vpc, self._chosen):
            vpc = self._vpc
            check_at_synth(
                function, lambda synthesized: refuse_unreachable_calls(function, role, vpc, synthesized)
            )

    def _let_out(self) -> None:
        """Let the function reach services over TLS; once."""
        if not self._lets_out and self._own:
            self._own.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "services, over TLS")
        self._lets_out = True

    def _allow_interfaces(self, scope: Construct, role: WorkloadRole) -> None:
        """Let Lambda make and take away the function's network interfaces, in these subnets and groups.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        """
        stack = stack_of(scope)
        places = [("subnet", subnet.subnet_id) for subnet in self._chosen]
        places += [("security-group", group.security_group_id) for group in self.groups]
        known = [stack.format_arn(service="ec2", resource=kind, resource_name=name) for kind, name in places]
        interfaces = stack.format_arn(service="ec2", resource="network-interface", resource_name="*")
        unknown = "The interface's id is not known before Lambda makes it."
        role.allow(["ec2:CreateNetworkInterface"], [*known, interfaces], reason=unknown, used_by=_USED_BY)
        role.allow(_CHANGES, [interfaces], reason=unknown, used_by=_USED_BY)
        described = "Descriptions of EC2 have no resources to name"
        role.allow(_LOOKS, ["*"], reason=described, used_by=_USED_BY)


@jsii.implements(IAspect)
class _LetsOut:
    """Lets a function out that a managed policy names, of which its role never hears."""

    def __init__(self, path: str, role: WorkloadRole, let_out: Callable[[], None]) -> None:
        self._path, self._role, self._let_out = path, role, let_out

    def visit(self, node: IConstruct) -> None:
        """Look at the managed policies of the app, once, when all are defined."""
        if node.node.path == self._path and any(managed_policies_of(self._role)):
            self._let_out()


def refuse_network_options_without_vpc(path: str, vpc: object, subnets: object, groups: object) -> None:
    """Raise where subnets or security groups are given without their network.

    Raises:
        RefusedError: If they are.
    """
    given = {"vpc_subnets": subnets, "security_groups": groups}
    option = next((name for name, value in given.items() if value is not None), None)
    if vpc is None and option:
        raise refusal(path, option, "given with vpc", "it alone", "give the vpc that it belongs to")
