"""Amazon Route 53: health checks; records that are aliases of AWS cost nothing."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/route53/pricing/"
OF_AWS = flat("health checks of AWS", PAGE, "route_53_health_check_month", free=50)
ZONES = Meter(
    "hosted zones", PAGE,
    ((25, "route_53_hosted_zone_month"), (inf, "route_53_hosted_zone_month_over_25")),
)  # fmt: skip
OF_OTHERS = flat("health checks of others", PAGE, "route_53_health_check_elsewhere_month")
EXTRAS_OF_AWS = flat("extras of health checks of AWS", PAGE, "route_53_health_check_extra_month")
EXTRAS_OF_OTHERS = flat(
    "extras of health checks of others", PAGE, "route_53_health_check_extra_elsewhere_month"
)
_OWN = (".amazonaws.com", ".on.aws", ".cloudfront.net", "AWS::URLSuffix", "Fn::GetAtt")
"""What stands in the name of something in AWS."""


def health_check(resource: Resource, _: Usage) -> Iterator[Charge]:
    """Yield a health check with its extras: HTTPS, a text that is looked for, a short interval, latency."""
    kind = str(resource.get("HealthCheckConfig.Type"))
    extras = [
        "HTTPS" in kind,
        "STR_MATCH" in kind,
        resource.number("HealthCheckConfig.RequestInterval") == 10,
        resource.flag("HealthCheckConfig.MeasureLatency"),
    ]
    address = str(resource.get("HealthCheckConfig.FullyQualifiedDomainName"))
    # A calculated one, or one of an alarm, has no address and costs as much as one of AWS.
    own = address == "None" or any(sign in address for sign in _OWN)
    yield Charge(OF_AWS if own else OF_OTHERS, 1, fixed=True)
    yield Charge(EXTRAS_OF_AWS if own else EXTRAS_OF_OTHERS, sum(map(bool, extras)), fixed=True)


def zone(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield a hosted zone."""
    usage.assume(f"{short(resource)}: no queries of the zone")
    yield Charge(ZONES, 1, fixed=True)


PRICED = {"AWS::Route53::HealthCheck": health_check, "AWS::Route53::HostedZone": zone}
