"""The endpoints that a workload needs, no more and no fewer."""

from collections.abc import Sequence
from typing import Literal, cast

from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from wellmade.foundation.placement import has_way_out, workload_subnets, zones_of
from wellmade.foundation.reachability import Call, calls_of, endpoints_in, hanging
from wellmade.foundation.refusal import refusal, refusal_message
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import path_of
from wellmade.network.break_even import Comparison
from wellmade.network.gateway_endpoints import SERVICES, own_account_only

Way = Literal["cheaper", "endpoints", "nat"]


class PrivateEndpoints(Construct):
    """Give workloads a private way to each service that they call, if it is the cheaper one or the only one.

    Defines: an interface endpoint for each service in all zones of the workloads, with private names, a
    policy that keeps it to this account and one security group that lets the workloads in on 443 and nobody
    else. What it costs beside a NAT gateway, and from how many gigabytes it pays, is shown at synth.

    The set is read off the roles: images take `ecr.api`, `ecr.dkr`, S3 and `logs` together, each other call
    its service. S3 and DynamoDB go through the gateway endpoints of `Network`. Define it last: what a
    workload is allowed later and has no endpoint for is refused at synth, by the name of the call.

    Example:
        network = Network(self, "Network", nat="none")
        service = WebService(self, "Shop", vpc=network.vpc, program="order_api", entry=Entry(public=False))
        endpoints = PrivateEndpoints(self, "Endpoints", vpc=network.vpc, workloads=[service])

    Args:
        vpc: Network of the workloads.
        workloads: Services, workers and functions in it, with all that is defined below them.
        way: `endpoints` or `nat` whatever it costs; `cheaper` compares for `gigabytes`. Without a way out
            of the network there are endpoints always. Default: `cheaper`.
        gigabytes: What the workloads exchange with these services in a month. Default: 100.

    Raises:
        ValueError: If `way` is none of the three, or `nat` where there is none; at synth also if a call has
            no way to its service.
    """

    endpoints: dict[str, ec2.InterfaceVpcEndpoint]
    """The interface endpoints by service; none where NAT is the way."""
    comparison: Comparison
    """What either way costs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        workloads: Sequence[IConstruct],
        way: Way = "cheaper",
        gigabytes: float = 100,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc, self._workloads = vpc, list(workloads)
        self._refuse_way(way)
        services = sorted({need for call in self._calls() for need in call.needs} - set(SERVICES))
        subnets = workload_subnets(vpc)
        self.comparison = Comparison(len(services), zones_of(subnets), gigabytes)
        only = not has_way_out(vpc)
        chosen = only or way == "endpoints" or (way == "cheaper" and self.comparison.endpoints_are_cheaper)
        self.endpoints = self._define(services, subnets) if chosen else {}
        Annotations.of(self).add_info(self.comparison.sentence(chosen=chosen, only=only))
        if chosen:
            check_at_synth(self, self._hanging)

    def _refuse_way(self, way: Way) -> None:
        if way not in {"cheaper", "endpoints", "nat"}:
            raise refusal(self, "way", "cheaper, endpoints or nat", repr(way), "let it be compared: cheaper")
        if way == "nat" and not has_way_out(self._vpc):
            fix = "give the network a NAT gateway, or leave the way out"
            raise refusal(self, "way", "endpoints in a network without NAT gateways", repr(way), fix)

    def _calls(self) -> list[Call]:
        return sorted({call for workload in self._workloads for call in calls_of(workload)})

    def _define(self, services: list[str], subnets: list[ec2.ISubnet]) -> dict[str, ec2.InterfaceVpcEndpoint]:
        group = ec2.SecurityGroup(self, "Group", vpc=self._vpc, allow_all_outbound=False)
        for workload in self._workloads:
            for connectable in _in_the_network(workload):
                group.connections.allow_from(connectable, ec2.Port.tcp(443), "a workload")
        return {service: self._define_endpoint(service, subnets, group) for service in services}

    def _define_endpoint(
        self, service: str, subnets: list[ec2.ISubnet], group: ec2.SecurityGroup
    ) -> ec2.InterfaceVpcEndpoint:
        endpoint = ec2.InterfaceVpcEndpoint(
            self,
            "".join(part.title() for part in service.replace(".", "-").split("-")),
            vpc=self._vpc,
            service=ec2.InterfaceVpcEndpointAwsService(service),
            subnets=ec2.SubnetSelection(subnets=subnets),
            security_groups=[group],
            private_dns_enabled=True,
            open=False,
        )
        endpoint.add_to_policy(own_account_only(self, "*", "aws:PrincipalAccount"))
        return endpoint

    def _hanging(self) -> list[str]:
        present = endpoints_in(self, self._vpc)
        return [
            refusal_message(
                path_of(workload),
                "endpoints",
                f"with one for {missing}",
                f"none: {call.action} would hang",
                f"define {path_of(self)} after the grant, or allow the call no more",
            )
            for workload in self._workloads
            for call, missing in hanging(calls_of(workload), present)
        ]


def _in_the_network(workload: IConstruct) -> list[ec2.IConnectable]:
    kinds = (ecs.FargateService, lambda_.Function)
    found = [child for child in workload.node.find_all() if isinstance(child, kinds)]
    return [cast(ec2.IConnectable, child) for child in found]
