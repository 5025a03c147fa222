"""Buckets are not public."""

from collections.abc import Iterator

from wellmade.check.buckets import BUCKET
from wellmade.check.conditional import branches, is_off
from wellmade.check.policies import granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_ACLS = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def _check(graph: Graph) -> Iterator[Violation]:
    for policy in graph.of_type("AWS::S3::BucketPolicy"):
        for statement in granted(graph, policy, "PolicyDocument"):
            if statement.is_open:
                message = "lets everybody in without a condition, must name who may"
                yield statement.violation("Principal", message)
    for bucket in graph.of_type(BUCKET):
        yield from _of_bucket(bucket)


def _of_bucket(bucket: Resource) -> Iterator[Violation]:
    lists = list(branches(bucket.get("AccessControl")))
    if all(each in _ACLS for each in lists):
        yield Violation(bucket, "Properties.AccessControl", f"is {lists[0]}, must be left out")
    path = "PublicAccessBlockConfiguration"
    off = [name for name in _BLOCKS if is_off(bucket, f"{path}.{name}")]
    if "BlockPublicPolicy" in off or "BlockPublicAcls" in off:
        yield Violation(bucket, f"Properties.{path}", f"switches {', '.join(off)} off, must be true")


RULE = Rule(
    id="public-bucket",
    title="Buckets are not public",
    severity=Severity.ERROR,
    explanation=(
        "Anybody on the internet can read the bucket, or one more policy away from it. Open buckets are "
        "searched for and found within hours, and what was read cannot be taken back."
    ),
    fix="block public access and serve files through CloudFront with origin access control",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    check=_check,
)
