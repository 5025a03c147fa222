"""Who read what: the access logs of a stack's buckets, in a bucket of their own."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3

from wellmade import foundation
from wellmade.foundation import PrivateBucket, suppress

KEPT = Duration.days(90)


def log_access(stack: Stack, buckets: Sequence[s3.IBucket], removal_policy: RemovalPolicy) -> None:
    """Write the access logs of our buckets into one more, which forgets them after 90 days."""
    logs = PrivateBucket(stack, "AccessLogs", expiration=KEPT, removal_policy=removal_policy)
    suppress(logs, {"CKV_AWS_18": "Holds the access logs; logging access to it into itself would never end."})
    for bucket in buckets:
        foundation.log_access(bucket, logs)
