"""The records of a pair in one region, and the health check that takes them away."""

from typing import Any, cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_route53 as route53
from constructs import Construct

from wellmade.facts.regions import Side
from wellmade.kit.lookups import stack_of
from wellmade.resilience.pair_options import RegionEntry, Routing

_FAILOVER = {"primary": route53.Failover.PRIMARY, "secondary": route53.Failover.SECONDARY}
INTERVAL, FAILURES = Duration.seconds(10), 3
"""Three failures on end, ten seconds apart: half a minute until a region counts as failed."""


def define_entry(scope: Construct, entry: RegionEntry, side: Side, routing: Routing) -> route53.HealthCheck:
    """Define the health check of this region, and its records of the common name for IPv4 and IPv6.

    Args:
        scope: The pair.
        entry: What the user gave.
        side: Which one this is; it tells the records apart.
        routing: By what Route 53 chooses between both.
    """
    check = route53.HealthCheck(
        scope,
        "HealthCheck",
        type=route53.HealthCheckType.HTTPS,
        fqdn=entry.health_check_host,
        resource_path=entry.health_check_path,
        port=443,
        enable_sni=True,
        request_interval=INTERVAL,
        failure_threshold=FAILURES,
    )
    chosen_by: dict[str, Any] = (
        {"failover": _FAILOVER[side]} if routing == "failover" else {"region": stack_of(scope).region}
    )
    for version, kind in (("Ipv4", route53.ARecord), ("Ipv6", route53.AaaaRecord)):
        kind(
            scope,
            f"Name{version}",
            zone=cast(Any, entry.hosted_zone),
            record_name=f"{entry.domain_name}.",
            target=route53.RecordTarget.from_alias(cast(Any, _Watched(entry.target))),
            set_identifier=side,
            health_check=cast(Any, check),
            **chosen_by,
        )
    return check


@jsii.implements(route53.IAliasRecordTarget)
class _Watched:
    """A target whose own health Route 53 heeds as well, where it has any; failover records must say so."""

    def __init__(self, target: route53.IAliasRecordTarget) -> None:
        self._target = target

    def bind(
        self, record: route53.IRecordSet, zone: route53.IHostedZone | None = None
    ) -> route53.AliasRecordTargetConfig:
        """Return what the target is, and that its health counts."""
        found = self._target.bind(record, zone)
        return route53.AliasRecordTargetConfig(
            dns_name=found.dns_name, hosted_zone_id=found.hosted_zone_id, evaluate_target_health=True
        )
