"""Buckets of logs and records have a lifecycle."""

import re
from collections.abc import Iterator

from wellmade.check.buckets import BUCKET, lifecycle, log_buckets
from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LOGS = frozenset(("log", "logs", "logging"))
"""What names a bucket of logs; how long a bucket of data is needed, its name does not say."""

_FIX = "add a LifecycleConfiguration that moves objects to a cheaper class or expires them"


def _check(graph: Graph) -> Iterator[Violation]:
    used = dict(log_buckets(graph))
    for bucket in graph.of_type(BUCKET):
        content = used.get(bucket) or _named(bucket)
        if content and lifecycle(bucket) == [] and not _is_locked(bucket):
            message = f"is left out, and the bucket keeps {content}"
            fix = f"{_FIX}, and expires old versions as well" if _versioned(bucket) else ""
            yield Violation(bucket, "Properties.LifecycleConfiguration", message, fix)


def _is_locked(bucket: Resource) -> bool:
    """Tell whether objects are kept by a lock, of which the bucket says for how long."""
    return bucket.get("ObjectLockConfiguration") is not None


def _named(bucket: Resource) -> str | None:
    names = f"{bucket.logical_id} {text(bucket.get('BucketName')) or ''}"
    word = next((word for word in _WORD.findall(names) if word.lower() in _LOGS), None)
    return f"{word.lower()}, as its name says" if word else None


def _versioned(bucket: Resource) -> bool:
    """What a versioned bucket of data must expire is its old versions: the rule versioning-without-expiry."""
    return always_equals(bucket.get("VersioningConfiguration.Status"), "Enabled")


RULE = Rule(
    id="bucket-lifecycle",
    title="Buckets of logs and records have a lifecycle",
    severity=Severity.WARNING,
    explanation=(
        "Logs and records are never deleted: they are stored at the highest price, and for longer "
        "than was agreed."
    ),
    fix=_FIX,
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    check=_check,
    leaves_tests=True,
)
