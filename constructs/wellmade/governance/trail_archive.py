"""Where a trail writes: an archive that nobody can change, its key, and what lets the trail in."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.lookups import default_child, seconds, stack_of
from wellmade.kit.refusals import refusal
from wellmade.kit.service_principals import service_may

SERVICE = "cloudtrail.amazonaws.com"
DAY = 86_400


def refuse_wrong_retention(scope: IConstruct, retention: Duration | None, bucket: object) -> None:
    """Raise unless log files are kept for whole days, by the one who defines their bucket.

    Raises:
        RefusedError: If they are not.
    """
    if retention and bucket:
        fix = "lock the objects where the bucket is defined"
        raise refusal(scope, "retention", "left out beside bucket", retention, fix)
    if retention and (seconds(retention) < DAY or seconds(retention) % DAY):
        fix = "give Duration.days(365), a year, or what your auditors ask for"
        raise refusal(scope, "retention", "whole days, at least one", retention, fix)


def define_archive(scope: Construct, retention: Duration, key: kms.IKey) -> PrivateBucket:
    """Define the bucket, whose objects nobody can delete or replace for the retention, its owner included."""
    bucket = PrivateBucket(scope, "Archive", encryption_key=key)
    rule = s3.CfnBucket.DefaultRetentionProperty(mode="COMPLIANCE", days=int(retention.to_days()))
    bucket.resource.object_lock_enabled = True
    bucket.resource.object_lock_configuration = s3.CfnBucket.ObjectLockConfigurationProperty(
        object_lock_enabled="Enabled", rule=s3.CfnBucket.ObjectLockRuleProperty(default_retention=rule)
    )
    return bucket


def define_key(scope: Construct, description: str) -> kms.Key:
    """Define the key that log files are encrypted with, which stays when the stack goes."""
    return kms.Key(
        scope,
        "ArchiveKey",
        enable_key_rotation=True,
        removal_policy=RemovalPolicy.RETAIN,
        description=description,
    )


def let_trail_in(
    scope: Construct, name: str, *, archive: s3.IBucket, key: kms.IKey, owners: Sequence[str]
) -> None:
    """Let the trail of this name, which is defined in this account and region, write and encrypt.

    Args:
        scope: What defines the trail.
        name: Of the trail.
        archive: The bucket.
        key: Of the log files.
        owners: Whose log files they are: accounts, or the organization.
    """
    stack = stack_of(scope)
    arn = f"arn:{stack.partition}:cloudtrail:{stack.region}:{stack.account}:trail/{name}"
    _let_write(archive, owners, arn)
    _let_encrypt(key, arn, f"arn:{stack.partition}:cloudtrail:*:{stack.account}:trail/*")


def let_read(archive: s3.IBucket, key: kms.IKey, grantee: iam.IGrantable) -> iam.Grant:
    """Let `grantee` list and read the log files, use their key for it, and nothing else."""
    key.grant(grantee, "kms:Decrypt")
    listed = iam.Grant.add_to_principal(
        grantee=grantee, actions=["s3:ListBucket"], resource_arns=[archive.bucket_arn]
    )
    files = [archive.arn_for_objects("AWSLogs/*")]
    return listed.combine(
        iam.Grant.add_to_principal(grantee=grantee, actions=["s3:GetObject"], resource_arns=files)
    )


def wait_for_policies(trail: Construct, archive: s3.IBucket, key: kms.IKey) -> None:
    """Define a trail after the policies that let it in: it tries to write when it is made."""
    for policy in (archive.policy, default_child(key)):
        if policy is not None:
            trail.node.add_dependency(policy)


def _let_write(archive: s3.IBucket, owners: Sequence[str], trail: str) -> None:
    of_trail = {"StringEquals": {"aws:SourceArn": trail}}
    owned = {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}
    archive.add_to_resource_policy(service_may(SERVICE, ["s3:GetBucketAcl"], archive.bucket_arn, of_trail))
    for owner in owners:
        place = archive.arn_for_objects(f"AWSLogs/{owner}/*")
        archive.add_to_resource_policy(service_may(SERVICE, ["s3:PutObject"], place, owned))


def _let_encrypt(key: kms.IKey, trail: str, trails: str) -> None:
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trails}
    conditions = {"StringEquals": {"aws:SourceArn": trail}, "StringLike": context}
    add_to_key_policy(key, SERVICE, service_may(SERVICE, ["kms:GenerateDataKey*"], "*", conditions))
    described = {"StringEquals": {"aws:SourceArn": trail}}
    add_to_key_policy(key, SERVICE, service_may(SERVICE, ["kms:DescribeKey"], "*", described))
