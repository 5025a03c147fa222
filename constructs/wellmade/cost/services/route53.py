"""Amazon Route 53: health checks; records that are aliases of AWS cost nothing."""

from collections.abc import Iterator

from wellmade.cost.meter import NotPriced
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/route53/pricing/"


def health_check(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that it is not counted: the price of a month follows its protocol, interval and target."""
    yield NotPriced("health check: no source of today's price")


PRICED = {"AWS::Route53::HealthCheck": health_check}
