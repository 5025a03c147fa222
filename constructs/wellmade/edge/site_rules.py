"""What must hold of a site: what is asked for, and what was synthesized."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import CfnElement, Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.facts.cloudfront import (
    ALL_QUERY_STRINGS,
    DAY,
    ELSEWHERE,
    FORWARDED_QUERY_STRINGS,
    ORIGIN_SHIELD_REGIONS,
    REGION,
)
from wellmade.kit.lookups import default_child, is_unresolved, seconds, stack_of
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized

_PATH = re.compile(r"[A-Za-z0-9_.$/~\"'@:+?*-]+")
_PAGE = re.compile(r"[A-Za-z0-9_.~-][A-Za-z0-9_./~-]*")
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def refuse_wrong_region(scope: Construct) -> None:
    """Raise where the stack is of another region than what CloudFront needs beside it.

    Raises:
        RefusedError: If it is.
    """
    region = stack_of(scope).region
    if not is_unresolved(region) and region != REGION and not region.startswith(ELSEWHERE):
        fix = "metrics, logs, certificates and firewalls of CloudFront are there; define the site there"
        raise refusal(scope, "the stack's region", REGION, region, fix)


def refuse_wrong_paths(scope: Construct, paths: Sequence[str], page: str) -> None:
    """Raise where patterns of paths are none, or take pages in.

    Raises:
        RefusedError: With the first that is wrong.
    """
    for path in paths:
        if not _PATH.fullmatch(path) or path.strip("/*") == "":
            fix = "a page that never changes cannot be corrected; write ['assets/*']"
            raise refusal(scope, "immutable_paths", "patterns of what is no page", repr(path), fix)
    if not _PAGE.fullmatch(page):
        fix = "write 'errors/404.html'"
        raise refusal(
            scope, "not_found_page", "the key of an object, without a slash before it", repr(page), fix
        )


def refuse_wrong_numbers(scope: Construct, page_ttl: Duration, shield: str | None) -> None:
    """Raise where a time is out of bounds, or Origin Shield is not where it is asked for.

    Raises:
        RefusedError: If it is so.
    """
    fix = "what never changes is for immutable_paths"
    require_between(scope, "page_ttl in seconds", seconds(page_ttl), 1, DAY, fix)
    if shield is not None and not is_unresolved(shield) and shield not in ORIGIN_SHIELD_REGIONS:
        fix = "take the one that is closest to the bucket"
        allowed = f"one of {', '.join(ORIGIN_SHIELD_REGIONS)}"
        raise refusal(scope, "origin_shield", allowed, repr(shield), fix, rule="edge-origin-shield")


class SiteRules:
    """A site is read from a private bucket, and kept by path alone.

    Args:
        scope: The pattern.
        distribution: What delivers it.
        bucket: Where the files are.
    """

    def __init__(self, scope: Construct, distribution: CfnElement, bucket: s3.IBucket) -> None:
        self._scope, self._distribution, self._bucket = scope, distribution, bucket

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        config = synthesized.properties(self._distribution).get("DistributionConfig", {})
        yield from self._open_origins(config)
        yield from self._open_bucket(synthesized)
        yield from self._query_strings(synthesized, config)

    def _open_origins(self, config: Mapping[str, Any]) -> Iterator[RefusedError]:
        for origin in config.get("Origins", ()):
            identity = origin.get("S3OriginConfig", {}).get("OriginAccessIdentity")
            if "S3OriginConfig" in origin and not (origin.get("OriginAccessControlId") or identity):
                fix = "take back what overrides it: without it the bucket must be public to be read"
                yield refusal(
                    self._scope,
                    "OriginAccessControlId",
                    "that of an origin access control",
                    None,
                    fix,
                    rule="edge-public-origin",
                    resource=self._distribution,
                )

    def _open_bucket(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        bucket = default_child(self._bucket)
        if not isinstance(bucket, s3.CfnBucket):
            return
        blocks = synthesized.properties(bucket).get("PublicAccessBlockConfiguration", {})
        off = [name for name in _BLOCKS if blocks.get(name) is not True]
        if off:
            fix = "block public access: CloudFront reads it with origin access control"
            yield refusal(
                self._scope,
                "bucket",
                "one that blocks public access",
                f"one without {', '.join(off)}",
                fix,
                rule="public-bucket",
                resource=bucket,
            )

    def _query_strings(self, synthesized: Synthesized, config: Mapping[str, Any]) -> Iterator[RefusedError]:
        policies = synthesized.resources(self._distribution)
        for behaviour in (config.get("DefaultCacheBehavior", {}), *config.get("CacheBehaviors", ())):
            if _keeps_all(behaviour, policies):
                yield refusal(
                    self._scope,
                    f"cache policy of {behaviour.get('PathPattern', 'pages')}",
                    "one without query strings",
                    "one that keeps a copy for each",
                    "take back what overrides it: files have no use for them",
                    rule="edge-query-strings",
                    resource=self._distribution,
                )
            if _passes_all(behaviour, policies):
                yield refusal(
                    self._scope,
                    f"origin request policy of {behaviour.get('PathPattern', 'pages')}",
                    "one without query strings",
                    "one that passes them on",
                    "take back what overrides it: S3 answers by some of them, and all readers get that copy",
                    rule="edge-query-strings",
                    resource=self._distribution,
                )


def _passes_all(behaviour: Mapping[str, Any], resources: Mapping[str, Any]) -> bool:
    """Tell whether the bucket is asked with query strings that make no copy of their own."""
    given = behaviour.get("OriginRequestPolicyId")
    if not isinstance(given, dict):
        return given in FORWARDED_QUERY_STRINGS
    policy = (
        resources.get(given.get("Ref", ""), {}).get("Properties", {}).get("OriginRequestPolicyConfig", {})
    )
    return bool(policy.get("QueryStringsConfig", {}).get("QueryStringBehavior") in ("all", "allExcept"))


def _keeps_all(behaviour: Mapping[str, Any], resources: Mapping[str, Any]) -> bool:
    """Tell whether each query string makes a copy of its own."""
    given = behaviour.get("CachePolicyId")
    if not isinstance(given, dict):
        forwards = given is None and behaviour.get("ForwardedValues", {}).get("QueryString") is True
        return forwards or given in ALL_QUERY_STRINGS
    policy = resources.get(given.get("Ref", ""), {}).get("Properties", {}).get("CachePolicyConfig", {})
    key = policy.get("ParametersInCacheKeyAndForwardedToOrigin", {})
    return bool(key.get("QueryStringsConfig", {}).get("QueryStringBehavior") == "all")
