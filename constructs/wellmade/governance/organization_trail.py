"""Who did what in every account, in an archive that nobody can change."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.lookups import default_child, stack_of
from wellmade.kit.service_principals import service_may

SERVICE = "cloudtrail.amazonaws.com"
TRAIL = "organization"


def define_archive(scope: Construct, retention: Duration, key: kms.IKey) -> PrivateBucket:
    """Define the bucket, whose objects nobody can delete or replace for the retention, its owner included."""
    bucket = PrivateBucket(scope, "Archive", encryption_key=key)
    rule = s3.CfnBucket.DefaultRetentionProperty(mode="COMPLIANCE", days=int(retention.to_days()))
    bucket.resource.object_lock_enabled = True
    bucket.resource.object_lock_configuration = s3.CfnBucket.ObjectLockConfigurationProperty(
        object_lock_enabled="Enabled", rule=s3.CfnBucket.ObjectLockRuleProperty(default_retention=rule)
    )
    return bucket


def define_key(scope: Construct) -> kms.Key:
    """Define the key that log files are encrypted with, which stays when the stack goes."""
    return kms.Key(
        scope,
        "ArchiveKey",
        enable_key_rotation=True,
        removal_policy=RemovalPolicy.RETAIN,
        description="Encrypts the organization's log files",
    )


def define_trail(
    scope: Construct, organization: str, archive: s3.IBucket, key: kms.IKey
) -> cloudtrail.CfnTrail:
    """Define the trail of all accounts and regions, and let it write."""
    stack = stack_of(scope)
    arn = f"arn:{stack.partition}:cloudtrail:{stack.region}:{stack.account}:trail/{TRAIL}"
    _let_write(archive, organization, stack.account, arn)
    _let_encrypt(key, arn, f"arn:{stack.partition}:cloudtrail:*:{stack.account}:trail/*")
    trail = cloudtrail.CfnTrail(
        scope,
        "Trail",
        trail_name=TRAIL,
        s3_bucket_name=archive.bucket_name,
        kms_key_id=key.key_arn,
        is_logging=True,
        is_organization_trail=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
    )
    for policy in (archive.policy, default_child(key)):  # it tries to write when it is made
        if policy is not None:
            trail.node.add_dependency(policy)
    return trail


def _let_write(archive: s3.IBucket, organization: str, account: str, trail: str) -> None:
    of_trail = {"StringEquals": {"aws:SourceArn": trail}}
    owned = {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}
    archive.add_to_resource_policy(service_may(SERVICE, ["s3:GetBucketAcl"], archive.bucket_arn, of_trail))
    for owner in (account, organization):
        place = archive.arn_for_objects(f"AWSLogs/{owner}/*")
        archive.add_to_resource_policy(service_may(SERVICE, ["s3:PutObject"], place, owned))


def _let_encrypt(key: kms.IKey, trail: str, trails: str) -> None:
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trails}
    conditions = {"StringEquals": {"aws:SourceArn": trail}, "StringLike": context}
    add_to_key_policy(key, SERVICE, service_may(SERVICE, ["kms:GenerateDataKey*"], "*", conditions))
    described = {"StringEquals": {"aws:SourceArn": trail}}
    add_to_key_policy(key, SERVICE, service_may(SERVICE, ["kms:DescribeKey"], "*", described))
