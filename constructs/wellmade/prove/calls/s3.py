"""Calls of Amazon S3."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from wellmade.facts.partitions import partition_of
from wellmade.facts.s3_actions import ALONG, BUCKETS, CONDITION_KEYS, OBJECTS, VERSIONED, WITH_BUCKETS
from wellmade.prove.calls.call import UNTOLD, AccountContext, Call, Need, Rule
from wellmade.prove.policy import Value

WRITES = ("PutObject", "CreateMultipartUpload", "CopyObject")
COPIES = ("CopyObject", "UploadPartCopy")
TAGS = ("s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging")
PARTS = ("CompleteMultipartUpload", "UploadPart", "UploadPartCopy")
AT_THE_START = tuple(
    key for name, key in CONDITION_KEYS.items() if name.startswith(("ACL", "Grant", "ObjectLock", "SSE", "S"))
)
"""Condition keys of an upload that only its beginning tells."""
LISTED_AT_ONCE = 1000
"""What S3 takes for `MaxKeys` if the call does not say."""


def _on_object(call: Call, _: AccountContext) -> Iterator[Need]:
    target = _object(call, call.text("Bucket"), call.text("Key"))
    version = call.text("VersionId")
    for action in OBJECTS[call.operation]:
        yield Need(f"s3:{VERSIONED.get(action, action) if version else action}", target, _context(call))
    if call.parameters.get("BypassGovernanceRetention"):
        yield Need("s3:BypassGovernanceRetention", target, _context(call))
    if call.operation in WRITES:
        for action in sorted({action for name, action in ALONG.items() if call.parameters.get(name)}):
            yield Need(f"s3:{action}", target, _context(call))
    if call.operation in COPIES:
        yield from _source(call, target)


def _source(call: Call, target: str) -> Iterator[Need]:
    """Yield what it takes to read the source of a copy, and its tags too, unless they are to be replaced."""
    bucket, key, version = _origin(call.parameters.get("CopySource"))
    source = _object(call, bucket, key)
    yield Need("s3:GetObjectVersion" if version else "s3:GetObject", source)
    if call.operation == "CopyObject" and call.parameters.get("TaggingDirective") != "REPLACE":
        yield Need("s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging", source)
        yield Need("s3:PutObjectTagging", target, _context(call))


def only_if(call: Call, action: str) -> str:
    """Say when alone a call needs an action; empty if it always does.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    copied = call.operation == "CopyObject" and not call.parameters.get("Tagging")
    return "only a copy of an object that has tags needs it" if copied and action in TAGS else ""


def expected_owner(call: Call, need: Need) -> str:
    """Return the account to which a bucket must belong, says the call; empty if it does not say."""
    reads_source = call.operation in COPIES and need.action.startswith("s3:Get")
    return call.text("ExpectedSourceBucketOwner" if reads_source else "ExpectedBucketOwner")


def _origin(source: Any) -> tuple[str, str, str]:
    """Return bucket, key and version of a `CopySource`, a mapping or `bucket/key?versionId=…`, quoted."""
    if isinstance(source, Mapping):
        return str(source["Bucket"]), str(source["Key"]), str(source.get("VersionId") or "")
    path, _, query = str(source).partition("?versionId=")
    bucket, _, key = unquote(path).removeprefix("/").partition("/object/" if path.startswith("arn:") else "/")
    return bucket, key, query


def _on_objects(call: Call, _: AccountContext) -> Iterator[Need]:
    for each in call.parameters["Delete"]["Objects"]:
        target = _object(call, call.text("Bucket"), each["Key"])
        yield Need("s3:DeleteObjectVersion" if each.get("VersionId") else "s3:DeleteObject", target)
        if call.parameters.get("BypassGovernanceRetention"):
            yield Need("s3:BypassGovernanceRetention", target)


def _on_bucket(call: Call, _: AccountContext, action: str) -> Iterator[Need]:
    context = _context(call)
    if action.startswith("ListBucket") and call.operation.startswith("ListObject"):
        context = {"s3:max-keys": LISTED_AT_ONCE, **context}
    yield Need(f"s3:{action}", _bucket(call, call.text("Bucket")), context)


def _create_bucket(call: Call, _: AccountContext) -> Iterator[Need]:
    """Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html."""
    for action in ("CreateBucket", *(each for name, each in WITH_BUCKETS if call.parameters.get(name))):
        yield Need(f"s3:{action}", _bucket(call, call.text("Bucket")), _context(call))


def _list_buckets(call: Call, _: AccountContext) -> Iterator[Need]:
    # AWS lists no kind of resource for it, and allows it to who may do it on all buckets.
    yield Need("s3:ListAllMyBuckets", f"arn:{partition_of(call.region)}:s3:::*")


def _context(call: Call) -> dict[str, Value]:
    context: dict[str, Value] = {
        key: call.parameters[name] for name, key in CONDITION_KEYS.items() if name in call.parameters
    }
    if call.operation in PARTS:
        # What is asked when the upload begins counts for its parts, which cannot say it again.
        context |= dict.fromkeys(AT_THE_START, UNTOLD)
    if tags := _tags(call.parameters.get("Tagging")):
        context |= {f"s3:RequestObjectTag/{name}": value for name, value in tags.items()}
        context["s3:RequestObjectTagKeys"] = list(tags)
    if call.operation in COPIES:
        bucket, key, _ = _origin(call.parameters.get("CopySource"))
        context["s3:x-amz-copy-source"] = f"{bucket}/{key}"
    return context


def _tags(given: Any) -> dict[str, str]:
    """Return the tags of an object: given like the query of an address, or as a set."""
    if isinstance(given, Mapping):
        return {str(each["Key"]): str(each.get("Value", "")) for each in given.get("TagSet", ())}
    return dict(parse_qsl(str(given or ""), keep_blank_values=True))


def _bucket(call: Call, bucket: str) -> str:
    """Return the ARN of a bucket, or of an access point, which callers name by its ARN."""
    return bucket if bucket.startswith("arn:") else f"arn:{partition_of(call.region)}:s3:::{bucket}"


def _object(call: Call, bucket: str, key: str) -> str:
    return f"{_bucket(call, bucket)}/{'object/' if bucket.startswith('arn:') else ''}{key}"


RULES: dict[str, Rule] = {
    **dict.fromkeys(OBJECTS, _on_object),
    **{operation: partial(_on_bucket, action=action) for operation, action in BUCKETS.items()},
    "CreateBucket": _create_bucket,
    "DeleteObjects": _on_objects,
    "ListBuckets": _list_buckets,
}
