"""Alarms and metrics of a site."""

from collections.abc import Mapping
from typing import Any, TypedDict

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms

NAMESPACE = "AWS/CloudFront"
SERVER_ERRORS, CLIENT_ERRORS = "5xxErrorRate", "4xxErrorRate"
HIT_RATE, REQUESTS = "CacheHitRate", "Requests"
_SERVER_ERRORS = (
    "Readers get errors in place of pages. See in the access log which paths, then whether the bucket's "
    "policy and key still let CloudFront in, and whether S3 itself is well."
)
_CLIENT_ERRORS = (
    "Many requests ask for what is not there, or are blocked. See in the access log which paths: a page may "
    "name an asset that was not published, or somebody is searching."
)
_HIT_RATE = (
    "Few requests are answered from the cache, so that the bucket is asked, and paid for, again and again. "
    "See in the access log which paths miss, and whether objects say no-cache or all names change at each "
    "release."
)


class SiteAlarms(Alarms):
    """Alarms of a site."""

    server_errors: cloudwatch.Alarm
    """Share of requests that are answered with 5xx, in percent, for three minutes on end."""
    client_errors: cloudwatch.Alarm
    """Share of requests that are answered with 4xx, in percent, for five minutes on end; where asked for."""
    cache_hit_rate: cloudwatch.Alarm
    """Share of requests that the cache answers, in percent, for fifteen minutes on end; where asked for."""


class SiteThresholds(TypedDict, total=False):
    """Thresholds of a site's alarms; None leaves one out."""

    server_errors: float | None
    client_errors: float | None
    cache_hit_rate: float | None


def dimensions_of(distribution: cloudfront.Distribution) -> dict[str, str]:
    """Return what CloudFront publishes its metrics under."""
    return {"DistributionId": distribution.distribution_id, "Region": "Global"}


def define_site_alarms(
    scope: Construct, distribution: cloudfront.Distribution, thresholds: SiteThresholds | None
) -> SiteAlarms:
    """Define the alarms of a site.

    Args:
        scope: The site.
        distribution: What delivers it.
        thresholds: What the user says, by name.
    """
    of = NAMESPACE, dimensions_of(distribution)
    specs = {
        "server_errors": AlarmSpec("ServerErrors", SERVER_ERRORS, *of, 5, _SERVER_ERRORS, "Average", 3),
        "client_errors": AlarmSpec("ClientErrors", CLIENT_ERRORS, *of, None, _CLIENT_ERRORS, "Average", 5),
        "cache_hit_rate": AlarmSpec(
            "CacheHitRate", HIT_RATE, *of, None, _HIT_RATE, "Average", 15, falls=True
        ),
    }
    return define_alarms(SiteAlarms, scope, specs, thresholds)


def site_metric(
    distribution: cloudfront.Distribution, name: str, statistic: str, options: Mapping[str, Any]
) -> cloudwatch.Metric:
    """Return a metric of a distribution; options as for `cloudwatch.Metric`."""
    given: dict[str, Any] = {"statistic": statistic, "dimensions_map": dimensions_of(distribution), **options}
    return cloudwatch.Metric(namespace=NAMESPACE, metric_name=name, **given)
