"""A function's place in a network."""

from functools import cached_property
from typing import Any

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from wellmade.foundation.placement import has_way_out, workload_subnets
from wellmade.foundation.reachability import calls_of, endpoints_in, hanging
from wellmade.foundation.refusal import refusal_message
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import path_of, stack_of
from wellmade.foundation.workload_role import WorkloadRole

_CALLED_BY = "Lambda, to connect the function with its network"


class FunctionPlace:
    """Private subnets and a security group that lets nothing in and out only what is needed."""

    def __init__(self, scope: Construct, vpc: ec2.IVpc) -> None:
        self._scope = scope
        self._vpc = vpc
        self._lets_out = False
        self._subnets = workload_subnets(vpc)
        self._group = ec2.SecurityGroup(scope, "Group", vpc=vpc, allow_all_outbound=False)
        if not has_way_out(vpc):
            check_at_synth(scope, self._hanging)

    @property
    def properties(self) -> dict[str, Any]:
        """What the function is defined with."""
        return {
            "vpc": self._vpc,
            "vpc_subnets": ec2.SubnetSelection(subnets=self._subnets),
            "security_groups": [self._group],
        }

    @cached_property
    def connections(self) -> ec2.Connections:
        """The function's side of security group rules."""
        return ec2.Connections(security_groups=[self._group])

    def let_out(self) -> None:
        """Let the function reach services over TLS; once, and only when it calls some."""
        if not self._lets_out:
            self._group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "services, over TLS")
            self._lets_out = True

    def allow_interfaces(self, role: WorkloadRole) -> None:
        """Let Lambda make and take away the function's network interfaces, in these subnets and this group.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        """
        stack = stack_of(self._scope)
        groups = [("security-group", self._group.security_group_id)]
        places = [*(("subnet", subnet.subnet_id) for subnet in self._subnets), *groups]
        known = [stack.format_arn(service="ec2", resource=kind, resource_name=name) for kind, name in places]
        interfaces = stack.format_arn(service="ec2", resource="network-interface", resource_name="*")
        unknown = "The interface's id is not known before Lambda makes it."
        role.allow(["ec2:CreateNetworkInterface"], [*known, interfaces], reason=unknown, called_by=_CALLED_BY)
        role.allow(["ec2:DeleteNetworkInterface"], [interfaces], reason=unknown, called_by=_CALLED_BY)
        described = "Descriptions of EC2 have no resources to name"
        role.allow(["ec2:DescribeNetworkInterfaces"], ["*"], reason=described, called_by=_CALLED_BY)

    def _hanging(self) -> list[str]:
        present = endpoints_in(self._scope, self._vpc)
        return [
            refusal_message(
                path_of(self._scope),
                "vpc",
                f"a network with an endpoint for {missing}",
                f"one with neither it nor a NAT gateway: {call.action} would hang",
                "add the endpoint, or give the network a NAT gateway",
            )
            for call, missing in hanging(calls_of(self._scope), present)
        ]
