"""What can be uploaded, and what cannot work about it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, Size
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.api.cors import Cors
from wellmade.facts.s3 import LARGEST_OBJECT
from wellmade.kit.lookups import default_child, path_of, seconds
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized

LONGEST_URL = Duration.minutes(15)
"""Whoever gets hold of a URL may use it as long."""
_FOLDER = re.compile(r"([A-Za-z0-9._-]+/)+")
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_SUFFIX = re.compile(r"\.[A-Za-z0-9.]+")


@dataclass(frozen=True)
class UploadPlan:
    """What a portal takes."""

    prefix: str
    content_types: Mapping[str, str]
    max_size: Size
    url_lifetime: Duration

    @property
    def most_bytes(self) -> int:
        """Most bytes of a file."""
        return int(self.max_size.to_bytes())


def refuse_wrong_uploads(scope: IConstruct, plan: UploadPlan, cors: Cors | None) -> None:
    """Raise where options of a portal are out of bounds.

    Raises:
        RefusedError: If they are.
    """
    fix = "a client that needs longer asks for another URL, and goes on where it was"
    lifetime = seconds(plan.url_lifetime)
    require_between(scope, "url_lifetime in seconds", lifetime, 60, seconds(LONGEST_URL), fix)
    if not _FOLDER.fullmatch(plan.prefix):
        fix = "or a sender could write anywhere in the bucket"
        raise refusal(scope, "prefix", "a folder such as incoming/", repr(plan.prefix), fix)
    if not 1 <= plan.most_bytes <= LARGEST_OBJECT:
        got = f"{plan.most_bytes / 10**9:.12g} GB"
        raise refusal(scope, "max_size", "between 1 byte and 50 TB", got, "S3 keeps no larger object")
    wrong = next(
        (f"{each!r}: {suffix!r}" for each, suffix in plan.content_types.items() if not _fits(each, suffix)),
        "none" if not plan.content_types else None,
    )
    if wrong:
        allowed = "types, each with what keys of such files end with"
        fix = "write it as in {'text/csv': '.csv'}"
        raise refusal(scope, "content_types", allowed, wrong, fix)
    if cors and "*" in cors.allow_origins:
        raise refusal(
            scope,
            "cors.allow_origins",
            "the origins of your own pages",
            "'*'",
            "name them: whoever has a URL could upload from any page",
            rule="bucket-cors",
        )


def _fits(content_type: str, suffix: str) -> bool:
    return bool(_TYPE.fullmatch(content_type) and _SUFFIX.fullmatch(suffix))


@dataclass(frozen=True)
class LeftoverRule:
    """A bucket for uploads in parts forgets the parts of those that were never completed."""

    scope: IConstruct
    bucket: s3.IBucket
    prefix: str

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where it keeps them."""
        resource = default_child(self.bucket)
        if not isinstance(resource, s3.CfnBucket):
            return
        lifecycle = synthesized.properties(resource).get("LifecycleConfiguration") or {}
        if any(self._aborts(rule) for rule in lifecycle.get("Rules") or ()):
            return
        yield refusal(
            path_of(self.scope),
            "bucket",
            "one that aborts incomplete multipart uploads",
            "one that keeps their parts, and pays for them",
            "give it a lifecycle rule with abort_incomplete_multipart_upload_after=Duration.days(7)",
            rule="multipart-leftovers",
            resource=resource,
        )

    def _aborts(self, rule: Mapping[str, Any]) -> bool:
        covers = self.prefix.startswith(str(rule.get("Prefix") or ""))
        return rule.get("Status") == "Enabled" and covers and "AbortIncompleteMultipartUpload" in rule
