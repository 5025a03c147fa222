"""Records that point a name of one's own at something of AWS."""

from typing import Any, cast

from aws_cdk import aws_route53 as route53
from constructs import Construct


def define_alias_records(
    scope: Construct,
    prefix: str,
    name: str,
    zone: route53.IHostedZone | route53.HostedZone,
    target: route53.RecordTarget,
) -> None:
    """Define the records of a name for IPv4 and IPv6.

    Args:
        scope: What they are for.
        prefix: What the ids of both begin with.
        name: The name, such as `api.example.com`.
        zone: The hosted zone that it lies in.
        target: What it points at.
    """
    for version, kind in (("Ipv4", route53.ARecord), ("Ipv6", route53.AaaaRecord)):
        kind(scope, f"{prefix}{version}", zone=cast(Any, zone), record_name=f"{name}.", target=target)
