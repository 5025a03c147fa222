"""Who did what in every account, in an archive that nobody can change."""

from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.governance.trail_archive import let_trail_in, wait_for_policies
from wellmade.kit.lookups import stack_of

TRAIL = "organization"


def define_trail(
    scope: Construct, name: str, organization: str, *, archive: s3.IBucket, key: kms.IKey
) -> cloudtrail.CfnTrail:
    """Define the trail of all accounts and regions, and let it write."""
    owners = (stack_of(scope).account, organization)
    let_trail_in(scope, name, archive=archive, key=key, owners=owners)
    trail = cloudtrail.CfnTrail(
        scope,
        "Trail",
        trail_name=name,
        s3_bucket_name=archive.bucket_name,
        kms_key_id=key.key_arn,
        is_logging=True,
        is_organization_trail=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
    )
    wait_for_policies(trail, archive, key)
    return trail
