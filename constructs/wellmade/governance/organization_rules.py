"""Rules of AWS Config that every account of an organization is judged by, in the region of the stack."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_config as config
from constructs import Construct

CONFIG_RULES: Mapping[str, str] = {
    "access-keys-rotated": "ACCESS_KEYS_ROTATED",
    "cloudtrail-enabled": "CLOUD_TRAIL_ENABLED",
    "default-security-group-closed": "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
    "encrypted-volumes": "ENCRYPTED_VOLUMES",
    "function-not-public": "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
    "imds-v2": "EC2_IMDSV2_CHECK",
    "no-open-ssh": "INCOMING_SSH_DISABLED",
    "no-root-key": "IAM_ROOT_ACCESS_KEY_CHECK",
    "rds-encrypted": "RDS_STORAGE_ENCRYPTED",
    "rds-not-public": "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
    "s3-account-block": "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
    "s3-not-public-to-read": "S3_BUCKET_PUBLIC_READ_PROHIBITED",
    "s3-not-public-to-write": "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
}
"""AWS's managed rules, by the name that they get in each account."""


def define_rules(
    scope: Construct, prefix: str, excluded: Sequence[str]
) -> dict[str, config.CfnOrganizationConfigRule]:
    """Define the rules, which AWS Config puts into the stack's region of every account but the excluded."""
    return {
        name: config.CfnOrganizationConfigRule(
            scope,
            f"Rule-{name}",
            organization_config_rule_name=f"{prefix}{name}",
            excluded_accounts=list(excluded) or None,
            organization_managed_rule_metadata=config.CfnOrganizationConfigRule.OrganizationManagedRuleMetadataProperty(
                rule_identifier=identifier
            ),
        )
        for name, identifier in CONFIG_RULES.items()
    }
