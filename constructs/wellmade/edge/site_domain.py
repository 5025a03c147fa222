"""Names of one's own for a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from wellmade.facts.cloudfront import REGION
from wellmade.kit.alias_records import define_alias_records
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.refusals import refusal
from wellmade.kit.suppressions import suppress


@dataclass(frozen=True)
class SiteDomain:
    """Deliver a site under names of your own, over TLS 1.2 or newer.

    Args:
        domain_names: Such as `["shop.example.com"]`.
        certificate: Of these names, in us-east-1, whence CloudFront takes it.
        hosted_zone: Where records for IPv4 and IPv6 are made. Default: you point the names at
            `EdgeSite.distribution.domain_name` yourself.
        secures_subdomains: Tell browsers for a year that all names below these take HTTPS alone too. Default:
            False, since others may run what is below, and browsers do not forget it.
    """

    domain_names: Sequence[str]
    certificate: acm.ICertificate | acm.Certificate
    hosted_zone: route53.IHostedZone | route53.HostedZone | None = None
    secures_subdomains: bool = False


def refuse_wrong_domain(scope: Construct, domain: SiteDomain) -> None:
    """Raise where there is no name, or the certificate is in another region.

    Raises:
        RefusedError: If it is so.
    """
    if not domain.domain_names:
        raise refusal(scope, "domain.domain_names", "one name or more", "none", "write ['shop.example.com']")
    arn = domain.certificate.certificate_arn
    region = REGION if is_unresolved(arn) else arn.split(":")[3]
    if arn.startswith("arn:aws:") and region != REGION:
        fix = "CloudFront takes certificates of that region alone; request one there"
        raise refusal(scope, "domain.certificate", f"in {REGION}", region, fix, rule="edge-certificate")


def tell_scanners(distribution: cloudfront.Distribution, domain: SiteDomain | None) -> None:
    """Say why findings of scanners do not apply to a site.

    Args:
        distribution: What delivers it.
        domain: The names of one's own; None where CloudFront's name is used, with CloudFront's certificate.
    """
    suppress(distribution, {"AwsSolutions::AwsSolutions-CFR1": "A site is for readers of all countries."})
    if domain is None:
        reason = "CloudFront decides for its own names; with a domain of its own a site asks for TLS 1.2."
        suppress(distribution, {"AwsSolutions::AwsSolutions-CFR4": reason, "CKV_AWS_174": reason})


def define_records(scope: Construct, domain: SiteDomain, distribution: cloudfront.Distribution) -> None:
    """Define the records of the names, where the zone is given.

    Args:
        scope: The site.
        domain: What the user gave.
        distribution: What the names point at.
    """
    if domain.hosted_zone is None:
        return
    target = route53.RecordTarget.from_alias(cast(Any, targets.CloudFrontTarget(cast(Any, distribution))))
    for number, name in enumerate(domain.domain_names, 1):
        define_alias_records(scope, f"Domain{number}", name, domain.hosted_zone, target)
