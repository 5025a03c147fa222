"""Objects of a bucket whose keys begin alike."""

from aws_cdk import aws_s3 as s3

from wellmade.policies.need import OVER_TLS, Allowed, Need, need, refuse_wildcards

UNKNOWN_KEYS = "Keys are not known beforehand; the bucket and the prefix are."


def read_prefix(bucket: s3.IBucket | s3.Bucket, prefix: str, *, listing: bool = True) -> Need:
    """Return the need to read the objects under a prefix, of this bucket's owner alone.

    A bucket that was deleted can be made anew by a stranger: the account of its owner is a condition.

    Args:
        bucket: Where they are; what encrypts them with a key of yours is a need of its own, `decrypt`.
        prefix: What their keys begin with; without a slash at its end also those of `incoming-old/`.
        listing: Let the keys be listed; without it a missing object is a 403, not a 404. Default: True.

    Raises:
        RefusedError: If the prefix is empty or holds a wildcard.
    """
    refuse_wildcards(bucket, "prefix", [prefix], "incoming/")
    owned = _owned(bucket)
    read = Allowed(("s3:GetObject",), (bucket.arn_for_objects(f"{prefix}*"),), owned)
    begins = {**owned, "StringLike": {"s3:prefix": [prefix, f"{prefix}*"]}}
    listed = Allowed(("s3:ListBucket",), (bucket.bucket_arn,), begins)
    return need(bucket, *([read, listed] if listing else [read]), why=UNKNOWN_KEYS)


def write_prefix(bucket: s3.IBucket | s3.Bucket, prefix: str) -> Need:
    """Return the need to write objects under a prefix, in parts too, of this bucket's owner alone.

    Args:
        bucket: Where they go.
        prefix: What their keys begin with.

    Raises:
        RefusedError: If the prefix is empty or holds a wildcard.
    """
    refuse_wildcards(bucket, "prefix", [prefix], "results/")
    actions = ("s3:PutObject", "s3:AbortMultipartUpload")
    written = Allowed(actions, (bucket.arn_for_objects(f"{prefix}*"),), _owned(bucket))
    return need(bucket, written, why=UNKNOWN_KEYS)


def _owned(bucket: s3.IBucket | s3.Bucket) -> dict[str, object]:
    return {**OVER_TLS, "StringEquals": {"aws:ResourceAccount": bucket.env.account}}
