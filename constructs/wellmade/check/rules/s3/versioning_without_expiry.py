"""Noncurrent versions of objects expire."""

from collections.abc import Iterator

from wellmade.check.buckets import BUCKET, has_rule
from wellmade.check.conditional import always_equals, not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_EXPIRIES = (
    "NoncurrentVersionExpiration",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions",
)


def _check(graph: Graph) -> Iterator[Violation]:
    for bucket in graph.of_type(BUCKET):
        versioned = always_equals(bucket.get("VersioningConfiguration.Status"), "Enabled")
        unlocked = not_on(bucket, "ObjectLockEnabled")
        if versioned and unlocked and not has_rule(bucket, *_EXPIRIES):
            message = "has no NoncurrentVersionExpiration, and the bucket keeps versions"
            yield Violation(bucket, "Properties.LifecycleConfiguration", message)


RULE = Rule(
    id="versioning-without-expiry",
    title="Noncurrent versions of objects expire",
    severity=Severity.WARNING,
    explanation=(
        "Every object that was ever overwritten or deleted is kept and paid for without an end, "
        "invisible in the console's usual list. The cost grows without a limit."
    ),
    fix="add a lifecycle rule with NoncurrentVersionExpiration",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-versioning.html",
    check=_check,
    leaves_tests=True,
)
