"""A network in three tiers."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import Annotations, Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.facts.prices import HOURS_A_MONTH, basis, price
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade.network.address_plan import BITS_OF_TIER, ZONES_PLANNED, network_of, refuse_overlap
from wellmade.network.default_group import empty_default_group
from wellmade.network.gateway_endpoints import define_gateway_endpoints
from wellmade.network.isolated_tier import guard_isolated_tier

Nat = Literal["per-zone", "single", "none"]


class Network(Construct):
    """Give each tier the way out that it needs and no other.

    Defines: network with DNS support; public, private and isolated subnets in each zone; NAT gateways as
    asked; gateway endpoints for S3 and DynamoDB; a network ACL that lets the isolated tier talk to the
    network alone; flow logs with their group and role; an association that empties the default security
    group. Its monthly cost at rest is shown at synth.

    Subnets are laid out for four zones from the start, so that a zone more moves none.

    Runbook:
        A connection times out: look in the flow logs for REJECT from the address of the caller. Where there
        is one, a security group or the network ACL refuses it; where there is no line at all, the route
        table of its subnet has no way there.
        What goes through NAT fails at times: see `ErrorPortAllocation` and `PacketsDropCount` of the
        gateway; a gateway has 55,000 ports for one destination, so spread over zones or use endpoints
        (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
        A zone is lost: with `nat="single"` the private tier of all zones has no way out while that
        gateway's zone is away; define a second one with `nat="per-zone"`.

    Example:
        network = Network(self, "Network", nat="single", cidr="10.1.0.0/16", disjoint_from=["10.0.0.0/16"])

    Args:
        zones: Availability zones to spread over, 2 to 4. Default: 2.
        nat: How the private tier gets out: `per-zone` survives the loss of a zone, `single` does not, `none`
            leaves endpoints as the only way. Default: `per-zone`.
        cidr: Addresses of the network, /16 to /20. Default: 10.0.0.0/16.
        disjoint_from: Networks that this one will be connected to. Default: none.
        log_retention: How long flow logs are kept. Default: one month.
        encryption_key: Your own key for flow logs. Default: CloudWatch's own.

    Raises:
        RefusedError: If an option is out of bounds, or `cidr` overlaps one of `disjoint_from`.
    """

    vpc: ec2.Vpc
    """The network; subnet groups are called `public`, `private` and `isolated`."""
    gateway_endpoints: dict[str, ec2.GatewayVpcEndpoint]
    """The free endpoints by service: `s3` and `dynamodb`."""
    flow_log_group: logs.LogGroup
    """Where accepted and refused connections are written."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        zones: int = 2,
        nat: Nat = "per-zone",
        cidr: str = "10.0.0.0/16",
        disjoint_from: Sequence[str] = (),
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        require_between(self, "zones", zones, 2, ZONES_PLANNED, "two survive the loss of one")
        self._gateways = self._number_of_gateways(nat, zones)
        addresses = network_of(self, cidr)
        refuse_overlap(self, addresses, disjoint_from)
        self.vpc = self._define_vpc(cidr, addresses.prefixlen, zones, nat)
        self.gateway_endpoints = define_gateway_endpoints(self, self.vpc)
        guard_isolated_tier(self, self.vpc, cidr)
        empty_default_group(self, self.vpc)
        self.flow_log_group = self._define_flow_logs(log_retention, encryption_key)
        self._show_cost(nat)

    @property
    def monthly_cost(self) -> float:
        """What the ways out cost in US dollars a month before a byte passes: gateways and their addresses."""
        each = price("nat_gateway_hour") + price("public_ipv4_hour")
        return self._gateways * each * HOURS_A_MONTH

    def _number_of_gateways(self, nat: Nat, zones: int) -> int:
        numbers = {"per-zone": zones, "single": 1, "none": 0}
        if nat not in numbers:
            fix = "use per-zone in production"
            raise refusal(self, "nat", f"one of {', '.join(numbers)}", repr(nat), fix)
        return numbers[nat]

    def _define_vpc(self, cidr: str, prefix: int, zones: int, nat: Nat) -> ec2.Vpc:
        private = ec2.SubnetType.PRIVATE_ISOLATED if nat == "none" else ec2.SubnetType.PRIVATE_WITH_EGRESS
        kinds = {
            "private": private,
            "isolated": ec2.SubnetType.PRIVATE_ISOLATED,
            "public": ec2.SubnetType.PUBLIC,
        }
        return ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            # By number, not by name: no account is asked, and the same template fits every region.
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in range(zones)],
            reserved_azs=ZONES_PLANNED - zones,
            nat_gateways=self._gateways,
            # Emptied below without the function that CDK would bring.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=name,
                    subnet_type=kind,
                    cidr_mask=prefix + BITS_OF_TIER[name],
                    # Load balancers and gateways bring addresses of their own.
                    map_public_ip_on_launch=False if name == "public" else None,
                )
                for name, kind in kinds.items()
            ],
        )

    def _define_flow_logs(
        self, retention: logs.RetentionDays, key: kms.IKey | kms.Key | None
    ) -> logs.LogGroup:
        group = define_log_group(
            self,
            "FlowLogGroup",
            harmless="flow logs hold no content",
            retention=retention,
            encryption_key=key,
        )
        stack = stack_of(self)
        any_flow_log = stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*")
        service = service_of(self, "vpc-flow-logs.amazonaws.com", any_flow_log)
        role = WorkloadRole(self, "FlowLogRole", assumed_by=service, policy_name="Deliver")
        role.allow(
            ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            [group.log_group_arn],
            used_by="the network, to deliver flow logs",
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
        )
        return group

    def _show_cost(self, nat: Nat) -> None:
        gigabyte = price("nat_gateway_gigabyte")
        ways = {
            "per-zone": f"{self._gateways} NAT gateways",
            "single": "1 NAT gateway; without its zone nothing gets out",
            "none": "no NAT gateway; endpoints are the only way out",
        }
        note = f"{ways[nat]}: ${self.monthly_cost:.2f} a month"
        per_byte = f" and ${gigabyte:.3f} a GB" if self._gateways else ""
        Annotations.of(self).add_info(f"{note}{per_byte} ({basis()})")
