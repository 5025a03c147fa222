"""What AWS fixes by itself once a rule of AWS Config finds it: by which document, and with which permissions.

Source: https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-runbook-reference.html,
a page for each document; https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ASSUMED = "AutomationAssumeRole"
"""The only parameter that names the role of an automatic remediation.

Source: https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationConfigurations.html
"""
DOCUMENTS_OF_AWS = ("AWS-", "AWSConfigRemediation-", "AWSSupport-")
"""What the names of documents begin with that every account has."""


@dataclass(frozen=True)
class Remediation:
    """One fault: the rule that finds it, and the document that fixes it.

    Args:
        rule: Identifier of AWS's managed rule.
        document: Name of AWS's document.
        takes: Parameter of the document that names what is to be fixed.
        may: What the role of the document may do: actions by `<service>:<resource>`, or by `*`.
    """

    rule: str
    document: str
    takes: str
    may: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_BLOCK = ("GetAccountPublicAccessBlock", "PutAccountPublicAccessBlock")
REMEDIATIONS: Mapping[str, Remediation] = {
    "public-account": Remediation(
        "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
        "AWSConfigRemediation-ConfigureS3PublicAccessBlock",
        "AccountId",
        {"*": tuple(f"s3:{each}" for each in _BLOCK)},
    ),
    "public-bucket": Remediation(
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
        "BucketName",
        {"s3:*": ("s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock")},
    ),
    "open-ssh": Remediation(
        "INCOMING_SSH_DISABLED",
        "AWS-DisableIncomingSSHOnPort22",
        "SecurityGroupIds",
        {"*": ("ec2:DescribeSecurityGroups",), "ec2:security-group/*": ("ec2:RevokeSecurityGroupIngress",)},
    ),
    "unused-credentials": Remediation(
        "IAM_USER_UNUSED_CREDENTIALS_CHECK",
        "AWSConfigRemediation-RevokeUnusedIAMUserCredentials",
        "IAMResourceId",
        {
            "*": ("config:ListDiscoveredResources",),
            "iam:user/*": (
                *("iam:DeleteAccessKey", "iam:DeleteLoginProfile", "iam:GetAccessKeyLastUsed"),
                *("iam:GetLoginProfile", "iam:GetUser", "iam:ListAccessKeys", "iam:UpdateAccessKey"),
            ),
        },
    ),
}
"""By the name that the fault has in the account."""

HEARS_OF_KEYS = ("us-east-1", "us-west-2", "us-gov-west-1")
"""Regions in which AWS Health tells what concerns IAM; in China each does.

Source: https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
"""
