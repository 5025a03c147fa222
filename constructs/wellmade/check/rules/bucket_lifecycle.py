"""A bucket of logs or data says how long it keeps them."""

import re
from collections.abc import Iterator

from wellmade.check.buckets import BUCKET, lifecycle, log_buckets
from wellmade.check.certain import surely
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, Resource, text

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LOGS = frozenset(("log", "logs", "logging"))
_DATA = frozenset(("data", "datalake"))


def _check(graph: Graph) -> Iterator[Hit]:
    used = dict(log_buckets(graph))
    for bucket in graph.of_type(BUCKET):
        content = used.get(bucket) or _named(bucket)
        if content and lifecycle(bucket) == [] and not _is_locked(bucket):
            message = f"is left out, and the bucket keeps {content}"
            yield Hit(bucket, "Properties.LifecycleConfiguration", message)


def _is_locked(bucket: Resource) -> bool:
    """Tell whether objects are kept by a lock, of which the bucket says for how long."""
    return bucket.get("ObjectLockConfiguration") is not None


def _named(bucket: Resource) -> str | None:
    names = f"{bucket.logical_id} {text(bucket.get('BucketName')) or ''}"
    wanted = _LOGS if _versioned(bucket) else _LOGS | _DATA
    word = next((word for word in _WORD.findall(names) if word.lower() in wanted), None)
    return f"{word.lower()}, as its name says" if word else None


def _versioned(bucket: Resource) -> bool:
    """What a versioned bucket of data must expire is its old versions: the rule versioning-without-expiry."""
    return surely(bucket.get("VersioningConfiguration.Status"), "Enabled")


RULE = Rule(
    id="bucket-lifecycle",
    title="A bucket of logs or data has a lifecycle",
    severity=Severity.WARNING,
    explanation=(
        "Logs and records arrive for ever and none ever leaves: storage is paid for at the highest price, "
        "and data is kept for longer than anybody promised."
    ),
    fix="add a LifecycleConfiguration that moves objects to a cheaper class or expires them",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    check=_check,
)
