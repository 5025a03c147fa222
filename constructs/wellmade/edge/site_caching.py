"""How long edge locations and browsers keep what a site delivers, and which headers protect its readers."""

from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from wellmade.facts.cloudfront import MOST_TTL
from wellmade.kit.lookups import seconds
from wellmade.kit.names import early_name

_YEAR = Duration.seconds(MOST_TTL)


@dataclass(frozen=True)
class Caching:
    """How the two kinds of files are kept and answered."""

    pages: dict[str, Any]
    """Options of the behaviour for pages."""
    assets: dict[str, Any]
    """Options of the behaviour for what never changes under its name."""


def define_caching(
    scope: Construct, page_ttl: Duration, content_security_policy: str, *, below: bool
) -> Caching:
    """Define what is kept how long, by path alone: no query string, cookie or header makes a copy of its own.

    Args:
        scope: The site.
        page_ttl: How long a page is kept, by edge locations and browsers.
        content_security_policy: What pages may load, and from where.
        below: Whether names below the site's take HTTPS alone too.
    """
    age = f"public, max-age={seconds(page_ttl):.0f}"
    pages = _cache_policy(scope, "Pages", page_ttl)
    assets = _cache_policy(scope, "Assets", _YEAR)
    return Caching(
        _behaviour(pages, _headers(scope, "PageHeaders", content_security_policy, age, below=below)),
        # That they never change is told by the objects themselves: an answer that one is missing must not.
        _behaviour(assets, _headers(scope, "AssetHeaders", content_security_policy, None, below=below)),
    )


def _behaviour(cache: cloudfront.CachePolicy, headers: cloudfront.ResponseHeadersPolicy) -> dict[str, Any]:
    return {
        "cache_policy": cast(cloudfront.ICachePolicy, cache),
        "response_headers_policy": cast(cloudfront.IResponseHeadersPolicy, headers),
        "viewer_protocol_policy": cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        "allowed_methods": cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
        "compress": True,
    }


def _cache_policy(scope: Construct, construct_id: str, ttl: Duration) -> cloudfront.CachePolicy:
    return cloudfront.CachePolicy(
        scope,
        construct_id,
        cache_policy_name=early_name(scope, construct_id, max_length=128),
        min_ttl=Duration.seconds(0),
        default_ttl=ttl,
        max_ttl=ttl,
        query_string_behavior=cloudfront.CacheQueryStringBehavior.none(),
        header_behavior=cloudfront.CacheHeaderBehavior.none(),
        cookie_behavior=cloudfront.CacheCookieBehavior.none(),
        enable_accept_encoding_brotli=True,
        enable_accept_encoding_gzip=True,
    )


def _headers(
    scope: Construct, construct_id: str, content_security_policy: str, age: str | None, *, below: bool
) -> cloudfront.ResponseHeadersPolicy:
    """Return what is added to each answer.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
    """
    cached = (
        [cloudfront.ResponseCustomHeader(header="Cache-Control", value=age, override=True)] if age else []
    )
    policy, frame = (
        cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
        cloudfront.HeadersFrameOption,
    )
    return cloudfront.ResponseHeadersPolicy(
        scope,
        construct_id,
        response_headers_policy_name=early_name(scope, construct_id, max_length=128),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(custom_headers=cached)
        if cached
        else None,
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content_security_policy, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(frame_option=frame.DENY, override=True),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(referrer_policy=policy, override=True),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=_YEAR, include_subdomains=below, override=True
            ),
        ),
    )
