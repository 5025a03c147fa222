"""A bucket that nobody outside can read and whose size is bounded."""

from functools import cache
from typing import Any, cast

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.kit.kept_names import keep_name
from wellmade.kit.lookups import default_child, same_stack, stack_of
from wellmade.kit.names import early_bucket_prefix, name_in_namespace, stable_place
from wellmade.kit.refusals import refusal
from wellmade.kit.service_principals import service_may

LOGGING = "logging.s3.amazonaws.com"


class PrivateBucket(s3.Bucket):
    """Keep objects private, encrypted, versioned, and bounded in cost.

    Defines: bucket, bucket policy that refuses plain HTTP.

    Public access is blocked, access lists are off, old versions and abandoned multipart uploads expire,
    and objects move to the tier that their use deserves.

    Runbook:
        An object was deleted or replaced: its old version is there for `noncurrent_version_expiration`;
        delete the delete marker, or copy the version over the object.
        AccessDenied: the caller's role lacks the action on this prefix, or may not use the bucket's key, or
        the request came over plain HTTP, which the policy refuses.
        The bill grows: see `BucketSizeBytes` by storage class, then old versions in the inventory.

    Example:
        bucket = PrivateBucket(self, "Results", expiration=Duration.days(365))

    Args:
        expiration: When current objects are deleted, in whole days. Default: never.
        noncurrent_version_expiration: How long a replaced or deleted object can be brought back, in whole
            days. Default: 30 days.
        encryption_key: Your own key; S3 uses it for a day at a time (bucket keys). Default: one of S3.
        early_name: Name the bucket by text in the account's own namespace, for policies that must name it
            before it exists. Default: CloudFormation makes a name.
        removal_policy: What happens to the bucket when it leaves the stack. Default: it is retained.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        expiration: Duration | None = None,
        noncurrent_version_expiration: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        early_name: bool = False,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        self._prefix = early_bucket_prefix(scope, construct_id) if early_name else None
        super().__init__(
            scope,
            construct_id,
            bucket_name_prefix=self._prefix,
            bucket_namespace=s3.BucketNamespace.ACCOUNT_REGIONAL if early_name else None,
            encryption=s3.BucketEncryption.KMS if encryption_key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=cast(Any, encryption_key),
            bucket_key_enabled=True if encryption_key else None,
            lifecycle_rules=[_lifecycle(expiration, noncurrent_version_expiration)],
            removal_policy=removal_policy,
            **_of_all_buckets(),
        )
        if self._prefix is not None:
            keep_name(self.resource, "BucketNamePrefix", self._prefix, instead="BucketName")

    @property
    def resource(self) -> s3.CfnBucket:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(s3.CfnBucket, default_child(self))

    @property
    def early_arn(self) -> str | None:
        """The ARN as text, without a reference; None where CloudFormation makes the name."""
        if self._prefix is None:
            return None
        return f"arn:{stack_of(self).partition}:s3:::{name_in_namespace(self._prefix)}"


def log_access(bucket: s3.IBucket | s3.Bucket, logs: s3.IBucket | s3.Bucket) -> None:
    """Write a line for each request to a bucket into `logs`, under the bucket's path in its stack.

    Args:
        bucket: Whose requests are logged: any bucket of this app.
        logs: Where to: any bucket, of this stack or another; the owner of an imported one lets S3 write.

    Raises:
        RefusedError: If the bucket is imported: its log is its owner's.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    resource = default_child(bucket)
    if not isinstance(resource, s3.CfnBucket):
        fix = "turn its access log on where it is defined"
        raise refusal(bucket, "bucket", "a bucket of this app", "an imported one", fix)
    prefix = "/".join((*stable_place(cast(Construct, bucket.node.scope), bucket.node.id), ""))
    resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
        destination_bucket_name=logs.bucket_name, log_file_prefix=prefix
    )
    may = ["s3:PutObject"], logs.arn_for_objects(f"{prefix}*"), _logged(bucket, logs)
    if not logs.add_to_resource_policy(service_may(LOGGING, *may)).statement_added:
        Annotations.of(logs).add_warning_v2(
            f"wellmade:imported-log-bucket:{prefix}",
            f"the policy of the imported bucket must let {LOGGING} call s3:PutObject under {prefix}; "
            "add the statement where the bucket is defined",
        )


def _logged(bucket: s3.IBucket, logs: s3.IBucket) -> dict[str, Any]:
    """Return for whom S3 may write a log; a bucket of another stack is known to be of this account alone.

    It names the bucket of its log: naming it in that one's policy would close a cycle.
    """
    early = bucket.early_arn if isinstance(bucket, PrivateBucket) else None
    arn = early or (bucket.bucket_arn if same_stack(bucket, logs) else None)
    of_account = {"StringEquals": {"aws:SourceAccount": stack_of(bucket).account}}
    return {**({"ArnLike": {"aws:SourceArn": arn}} if arn else {}), **of_account}


@cache
def _of_all_buckets() -> dict[str, Any]:
    """Return what every bucket has; asked for once, since each constant of the CDK's costs a call."""
    return {
        "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
        "enforce_ssl": True,
        "minimum_tls_version": 1.2,
        "object_ownership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        "versioned": True,
    }


@cache
def _lifecycle(expiration: Duration | None, noncurrent: Duration | None) -> s3.LifecycleRule:
    tier = s3.StorageClass.INTELLIGENT_TIERING
    return s3.LifecycleRule(
        abort_incomplete_multipart_upload_after=Duration.days(7),
        expiration=expiration,
        noncurrent_version_expiration=noncurrent or Duration.days(30),
        transitions=[s3.Transition(storage_class=tier, transition_after=Duration.days(0))],
    )
