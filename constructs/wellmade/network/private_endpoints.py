"""The endpoints that a workload needs, no more and no fewer."""

from collections.abc import Iterator, Sequence
from typing import Literal, cast

from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from wellmade.kit.grants import grants_of
from wellmade.kit.lookups import path_of
from wellmade.kit.placement import has_way_out, selected_subnets, workload_subnets, zones_of
from wellmade.kit.reachability import (
    calls_by,
    calls_in,
    endpoint_resources,
    endpoints_in,
    hanging,
    note_endpoints,
    parts_in,
)
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.security_groups import closed_group
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.network.break_even import Comparison
from wellmade.network.gateway_endpoints import SERVICES
from wellmade.network.interface_endpoint import define_endpoint, defined_endpoint, is_private_name

Connectivity = Literal["cheapest", "endpoints", "nat"]


class PrivateEndpoints(Construct):
    """Give workloads a private way to each service that they call, if it is the cheaper one or the only one.

    Defines: an interface endpoint for each service in all zones of the workloads, with private names, a
    policy that keeps it to this account and one security group that lets the workloads in on 443 and nobody
    else. What it costs beside a NAT gateway, and from how many gigabytes it pays, is shown at synth.

    The set is read off the roles, whoever granted: images take `ecr.api`, `ecr.dkr`, S3 and `logs` together,
    each other call its service. S3 and DynamoDB go through the gateway endpoints of `Network`. An endpoint
    that another stack of the app has in the network is shared: two with one private name cannot be. Define
    it last: what a workload is allowed later and has no endpoint for is refused at synth, by the name of the
    call.

    Example:
        network = Network(self, "Network", nat="none")
        service = WebService(
            self, "Shop", vpc=network.vpc, image="order_api", ingress=Ingress(public=False)
        )
        endpoints = PrivateEndpoints(self, "Endpoints", vpc=network.vpc, workloads=[service])

    Args:
        vpc: Network of the workloads, of whichever stack or imported.
        workloads: Services, workers and functions in it, ours or anybody's, with all that is defined below
            them.
        connectivity: `endpoints` or `nat` whatever it costs; `cheapest` compares for `gigabytes`. Without a
            way out of the network there are endpoints always. Default: `cheapest`.
        gigabytes: What the workloads exchange with these services in a month. Default: 100.
        existing: Services that the network has endpoints for which no stack of this app defines, such as
            central ones. Default: none.
        vpc_subnets: Where the endpoints are. Default: the private subnets, else the isolated ones.

    Raises:
        RefusedError: If `connectivity` is none of the three, or `nat` where there is none, a workload is in
            no network, or no endpoint is known for a call; at synth also if a call has no way to its
            service, or two endpoints have one private name.
    """

    endpoints: dict[str, ec2.InterfaceVpcEndpoint]
    """The interface endpoints that are defined here, by service; none where NAT is the way."""
    comparison: Comparison
    """What either way costs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc | ec2.Vpc,
        workloads: Sequence[IConstruct],
        connectivity: Connectivity = "cheapest",
        gigabytes: float = 100,
        existing: Sequence[str] = (),
        vpc_subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc, self._workloads = vpc, list(workloads)
        self._refuse_wrong(connectivity)
        note_endpoints(self, self._vpc, existing)
        subnets = selected_subnets(self._vpc, vpc_subnets) if vpc_subnets else workload_subnets(self._vpc)
        only = not has_way_out(self._vpc)
        services = self._services(existing, only=only)
        self.comparison = Comparison(len(services), zones_of(self, subnets), gigabytes)
        cheaper = connectivity == "cheapest" and self.comparison.endpoints_are_cheaper
        chosen = only or connectivity == "endpoints" or cheaper
        self.endpoints = self._define(services, subnets) if chosen else {}
        Annotations.of(self).add_info(self.comparison.sentence(chosen=chosen, only=only))
        check_at_synth(self, self._broken)

    def _refuse_wrong(self, connectivity: str) -> None:
        if connectivity not in {"cheapest", "endpoints", "nat"}:
            fix = "let it be compared: cheapest"
            raise refusal(self, "connectivity", "cheapest, endpoints or nat", repr(connectivity), fix)
        if connectivity == "nat" and not has_way_out(self._vpc):
            fix = "give the network a NAT gateway, or leave the way out"
            allowed = "endpoints in a network without NAT gateways"
            raise refusal(self, "connectivity", allowed, repr(connectivity), fix)
        for workload in self._workloads:
            if not parts_in(workload):
                fix = "give it the vpc, or leave it out"
                got = f"{path_of(workload)}, which is in none"
                raise refusal(self, "workloads", "services and functions in the network", got, fix)

    def _services(self, existing: Sequence[str], *, only: bool) -> list[str]:
        """Return the services that the workloads call and that no gateway or existing endpoint answers."""
        calls = sorted({call for workload in self._workloads for call in calls_in(workload)})
        unknown = next((call for call in calls if not call.is_known and call.needs[0] not in existing), None)
        if unknown and only:
            fix = "give the network a NAT gateway, or name the service in existing= if it has an endpoint"
            got = f"{unknown.action}, for whose service none is known"
            raise refusal(self, "workloads", "allowed calls that an endpoint answers", got, fix)
        needed = {need for call in calls if call.is_known for need in call.needs}
        return sorted(needed - set(SERVICES) - set(existing))

    def _define(self, services: list[str], subnets: list[ec2.ISubnet]) -> dict[str, ec2.InterfaceVpcEndpoint]:
        shared = {service: defined_endpoint(self, self._vpc, service) for service in services}
        for endpoint in [each for each in shared.values() if each]:
            self._open_to(endpoint)
        missing = [service for service in services if service not in endpoints_in(self, self._vpc)]
        if not missing:
            return {}
        group = closed_group(self, "Group", self._vpc)
        self._open_to(group)
        return {
            service: define_endpoint(self, service, vpc=self._vpc, subnets=subnets, group=group)
            for service in missing
        }

    def _open_to(self, endpoint: ec2.IConnectable) -> None:
        """Let the workloads in, with the rules on their side."""
        for workload in self._workloads:
            for part in parts_in(workload):
                connections = cast(ec2.IConnectable, part).connections
                connections.allow_to(endpoint, ec2.Port.tcp(443), "services, over TLS")

    def _broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        yield from self._twice(synthesized)
        if not has_way_out(self._vpc):
            # Programs and functions of ours look at their own calls.
            for workload in self._workloads:
                calls = {call for part in parts_in(workload) for call in calls_by(grants_of(part))}
                yield from hanging(workload, sorted(calls), self._vpc)

    def _twice(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        seen: dict[str, str] = {}
        for service, resource in endpoint_resources(self, self._vpc):
            if not is_private_name(synthesized, resource):
                continue
            first = seen.setdefault(service, path_of(resource))
            if first != path_of(resource) and service in self.endpoints:
                fix = "define PrivateEndpoints after the other, so that it is shared, or leave one out"
                yield refusal(
                    path_of(self),
                    "endpoints",
                    f"one with the private name of {service}",
                    f"two: {first} and {path_of(resource)}",
                    fix,
                    resource=resource,
                )
