"""Who read which object: a trail of the requests to every bucket of the account in this region."""

from collections.abc import Sequence

from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.governance.trail_archive import let_trail_in, wait_for_policies
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.suppressions import suppress

_Fields = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty


def define_access_trail(scope: Construct, archive: s3.IBucket, key: kms.IKey) -> cloudtrail.CfnTrail:
    """Define the trail, and let it write; requests to its own archive are left out.

    It has no management events: the trail of the organization has their first copy, and each further one is
    paid for.
    """
    name = early_name(scope, "AccessTrail", max_length=128)
    let_trail_in(scope, name, archive=archive, key=key, owners=[stack_of(scope).account])
    trail = cloudtrail.CfnTrail(
        scope,
        "AccessTrail",
        trail_name=name,
        s3_bucket_name=archive.bucket_name,
        kms_key_id=key.key_arn,
        is_logging=True,
        is_multi_region_trail=False,
        include_global_service_events=False,
        enable_log_file_validation=True,
        advanced_event_selectors=[_requests_to_objects(archive)],
    )
    suppress(
        trail, {"CKV_AWS_67": "Each region has a kit with its buckets; the organization's trail has all."}
    )
    wait_for_policies(trail, archive, key)
    return trail


def _requests_to_objects(archive: s3.IBucket) -> cloudtrail.CfnTrail.AdvancedEventSelectorProperty:
    fields: Sequence[_Fields] = [
        _Fields(field="eventCategory", equal_to=["Data"]),
        _Fields(field="resources.type", equal_to=["AWS::S3::Object"]),
        # Each log file would be a request to log, which would be a log file.
        _Fields(field="resources.ARN", not_starts_with=[archive.arn_for_objects("")]),
    ]
    return cloudtrail.CfnTrail.AdvancedEventSelectorProperty(name="Objects", field_selectors=fields)
