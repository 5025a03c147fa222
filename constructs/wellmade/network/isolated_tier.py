"""A second wall around data: the isolated tier talks to the network and to nothing else."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from wellmade.kit.suppressions import suppress

SUPPRESSED_OF_ACL = {
    "AwsSolutions::AwsSolutions-VPC3": "A second layer, for data alone; security groups are the first.",
}


def guard_isolated_tier(scope: Construct, vpc: ec2.Vpc, cidr: str) -> None:
    """Give the isolated subnets a network ACL that holds even where a security group is opened by mistake."""
    acl = ec2.NetworkAcl(
        scope,
        "IsolatedTier",
        vpc=vpc,
        subnet_selection=ec2.SubnetSelection(subnet_group_name="isolated"),
    )
    suppress(acl, SUPPRESSED_OF_ACL)
    inside = ec2.AclCidr.ipv4(cidr)
    for direction in (ec2.TrafficDirection.INGRESS, ec2.TrafficDirection.EGRESS):
        name = direction.name.title()
        acl.add_entry(
            f"Within{name}",
            cidr=inside,
            rule_number=100,
            # An ACL keeps no state: answers come back to any port above 1023.
            traffic=ec2.AclTraffic.tcp_port_range(1024, 65535),
            direction=direction,
        )
