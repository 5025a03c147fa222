"""Incomplete multipart uploads are aborted."""

from collections.abc import Iterator

from wellmade.check.buckets import BUCKET, has_rule
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping

_SETTING = "AbortIncompleteMultipartUpload"


def _check(graph: Graph) -> Iterator[Violation]:
    for bucket in graph.of_type(BUCKET):
        if _takes_uploads(bucket) and not has_rule(bucket, _SETTING):
            message = f"has no {_SETTING}, and browsers upload to the bucket (as its CORS rules say)"
            yield Violation(bucket, "Properties.LifecycleConfiguration", message)


def _takes_uploads(bucket: Resource) -> bool:
    rules = map(as_mapping, as_list(bucket.get("CorsConfiguration.CorsRules")))
    return any(method in ("PUT", "POST") for rule in rules for method in as_list(rule.get("AllowedMethods")))


RULE = Rule(
    id="multipart-leftovers",
    title="Incomplete multipart uploads are aborted",
    severity=Severity.ADVICE,
    explanation=(
        "The parts of an upload that never finished are kept and paid for indefinitely, and no "
        "listing of objects shows them."
    ),
    fix="add a lifecycle rule with AbortIncompleteMultipartUpload after 7 days",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
    check=_check,
)
