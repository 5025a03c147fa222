"""A bucket that nobody outside can read and that does not grow for ever."""

from typing import cast

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.names import stack_scoped_name


class PrivateBucket(s3.Bucket):
    """Keep objects private, encrypted, versioned, and bounded in cost.

    Defines: bucket, bucket policy that refuses plain HTTP.

    Public access is blocked, access lists are off, old versions and abandoned multipart uploads expire,
    and objects move to the tier that their use deserves. The name is computed from the stack's id, so that
    policies may name the bucket before it exists.

    Example:
        bucket = PrivateBucket(self, "Results", expire_after=Duration.days(365))

    Args:
        expire_after: When current objects are deleted, in whole days. Default: never.
        keep_old_versions: How long a replaced or deleted object can be brought back, in whole days.
            Default: 30 days.
        removal_policy: What happens to the bucket when it leaves the stack. Default: it is retained.
    """

    fixed_name: str
    """The name as text, without a reference: for policies that must exist before the bucket does."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        expire_after: Duration | None = None,
        keep_old_versions: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        self.fixed_name = stack_scoped_name(scope, construct_id, max_length=63)
        super().__init__(
            scope,
            construct_id,
            bucket_name=self.fixed_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[_lifecycle(expire_after, keep_old_versions or Duration.days(30))],
            removal_policy=removal_policy,
        )

    @property
    def resource(self) -> s3.CfnBucket:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(s3.CfnBucket, self.node.default_child)

    def log_access_to(self, logs: "PrivateBucket") -> None:
        """Write a line for each request into `logs`, under this bucket's path.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        """
        prefix = f"{self.node.path}/"
        self.resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=logs.bucket_name, log_file_prefix=prefix
        )
        logs.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[logs.arn_for_objects(f"{prefix}*")],
                conditions={
                    "ArnLike": {"aws:SourceArn": f"arn:{Aws.PARTITION}:s3:::{self.fixed_name}"},
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                },
            )
        )


def _lifecycle(expire_after: Duration | None, keep_old_versions: Duration) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        abort_incomplete_multipart_upload_after=Duration.days(7),
        expiration=expire_after,
        noncurrent_version_expiration=keep_old_versions,
        transitions=[
            s3.Transition(
                storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(0)
            )
        ],
    )
