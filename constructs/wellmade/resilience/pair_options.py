"""What both regions of a pair are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aws_cdk import aws_route53 as route53

Consistency = Literal["eventual", "strong"]
Routing = Literal["failover", "latency"]


@dataclass(frozen=True)
class ReplicatedTable:
    """A table that both regions read and write; both sides of a pair are given the same description.

    Its consistency is chosen when it is made and cannot be changed. With `strong`, a write is acknowledged
    once another region holds it, reads see it everywhere, and of two writes to one item at once one is told
    to try again; it takes longer, and takes neither transactions nor a time to live. With `eventual`, the
    other region has a write about a second later, conditions are judged in the region of the write alone, and
    of two writes to one item the later one stays.

    Args:
        table_name: Its name, the same in both regions.
        partition_key: Name of the partition key, a string.
        sort_key: Name of the sort key, a string. Default: none.
        consistency: `eventual` or `strong`. Default: `eventual`.
        witness_region: The third region of a table with strong consistency, which holds what was written and
            answers nobody. Default: the first of the same set of regions as both sides.
        time_to_live_attribute: Attribute with the epoch second after which an item expires. Default: none.
        counters: Attributes that are counted up and down, such as a balance. Default: none.
    """

    table_name: str
    partition_key: str
    sort_key: str | None = None
    consistency: Consistency = "eventual"
    witness_region: str | None = None
    time_to_live_attribute: str | None = None
    counters: Sequence[str] = ()


@dataclass(frozen=True)
class RegionEntry:
    """The name under which both regions answer, and what answers in this one.

    Args:
        domain_name: Such as `api.example.com`, the same on both sides.
        hosted_zone: Where its records are; Route 53 is one for all regions.
        target: What answers in this region, such as `targets.ApiGatewayv2DomainProperties(…)` or
            `targets.LoadBalancerTarget(…)`.
        health_check_host: A host name that leads to this region alone; not `domain_name`.
        health_check_path: What is asked for there over HTTPS, and answers 2xx or 3xx while the region can do
            its work. Default: `/health`.
    """

    domain_name: str
    hosted_zone: route53.IHostedZone | route53.HostedZone
    target: route53.IAliasRecordTarget
    health_check_host: str
    health_check_path: str = "/health"
