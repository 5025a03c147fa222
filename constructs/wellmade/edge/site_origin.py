"""The private bucket that a site is read from, by its distribution alone."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Annotations
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.facts.cloudfront import SERVICE
from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.lookups import default_child, same_stack, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.service_principals import service_may


def define_origin(scope: Construct, bucket: s3.IBucket, shield: str | None) -> cloudfront.IOrigin:
    """Define how CloudFront signs what it asks the bucket, and return the origin.

    Args:
        scope: The site.
        bucket: Where the files are.
        shield: The region of Origin Shield; None for none.
    """
    control = cloudfront.S3OriginAccessControl(
        scope,
        "Access",
        origin_access_control_name=early_name(scope, "Access", max_length=64),
        signing=cloudfront.Signing.SIGV4_ALWAYS,
    )
    return origins.S3BucketOrigin.with_bucket_defaults(
        cast(Any, bucket),
        origin_access_control_id=control.origin_access_control_id,
        origin_shield_region=shield,
    )


def let_in(scope: Construct, bucket: s3.IBucket, distribution: cloudfront.Distribution) -> None:
    """Let a distribution read a bucket, and know which objects there are, so that it can tell what is not.

    Without the second a missing page is answered with 403, as is what the firewall blocks.

    Args:
        scope: The site.
        bucket: Where the files are; what an imported one's policy must hold is said at synth.
        distribution: Who reads.
    """
    only = _only(scope, bucket, distribution)
    reads = service_may(SERVICE, ["s3:GetObject"], bucket.arn_for_objects("*"), only)
    lists = service_may(SERVICE, ["s3:ListBucket"], bucket.bucket_arn, only)
    done = [bucket.add_to_resource_policy(each).statement_added for each in (reads, lists)]
    if not all(done):
        Annotations.of(bucket).add_warning_v2(
            "wellmade:imported-site-bucket",
            f"the policy of the imported bucket must let {SERVICE} call s3:GetObject and s3:ListBucket for "
            "this distribution; add the statements where the bucket is defined",
        )
    if bucket.encryption_key:
        _let_decrypt(scope, bucket.encryption_key)


def _only(scope: Construct, bucket: s3.IBucket, distribution: cloudfront.Distribution) -> Mapping[str, Any]:
    """Return for which distribution CloudFront may read.

    A bucket of another stack is there before the distribution, and knows its account alone.
    """
    if default_child(bucket) is not None and same_stack(scope, bucket):
        return {"StringEquals": {"aws:SourceArn": distribution.distribution_arn}}
    return _of_account(scope)


def _of_account(scope: Construct) -> Mapping[str, Any]:
    stack = stack_of(scope)
    arn = stack.format_arn(service="cloudfront", region="", resource="distribution", resource_name="*")
    return {"ArnLike": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": stack.account}}


def _let_decrypt(scope: Construct, key: kms.IKey) -> None:
    """Let CloudFront decrypt; naming the distribution would close a cycle from the key over the bucket."""
    statement = iam.PolicyStatement(
        principals=[iam.ServicePrincipal(SERVICE)],
        actions=["kms:Decrypt"],
        resources=["*"],
        conditions=dict(_of_account(scope)),
    )
    add_to_key_policy(key, SERVICE, statement)
