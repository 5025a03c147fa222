"""What AWS Organizations bounds, and what control policies must leave alone.

Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html and
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from collections.abc import Iterable

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
CONTROL_POLICIES = (SERVICE_CONTROL, RESOURCE_CONTROL)
"""The types of policies that deny."""
MOST_CHARACTERS = {SERVICE_CONTROL: 10_240, RESOURCE_CONTROL: 5_120}
"""Of a control policy, that of services since 15 May 2026; white space counts in one that is text."""
MOST_ON_A_TARGET = 10
"""Service control policies on a root, a unit or an account, AWS's own that allows everything included."""
GLOBAL_SERVICES = (
    "a4b:*",
    "access-analyzer:*",
    "account:*",
    "acm:*",
    "activate:*",
    "artifact:*",
    "aws-marketplace-management:*",
    "aws-marketplace:*",
    "aws-portal:*",
    "billing:*",
    "billingconductor:*",
    "budgets:*",
    "ce:*",
    "chatbot:*",
    "chime:*",
    "cloudfront:*",
    "cloudtrail:LookupEvents",
    "compute-optimizer:*",
    "config:*",
    "consoleapp:*",
    "consolidatedbilling:*",
    "cost-optimization-hub:*",
    "cur:*",
    "datapipeline:GetAccountLimits",
    "devicefarm:*",
    "directconnect:*",
    "discovery-marketplace:*",
    "ec2:DescribeRegions",
    "ec2:DescribeTransitGateways",
    "ec2:DescribeVpnGateways",
    "ecr-public:*",
    "fms:*",
    "freetier:*",
    "globalaccelerator:*",
    "health:*",
    "iam:*",
    "importexport:*",
    "invoicing:*",
    "iq:*",
    "license-manager:ListReceivedLicenses",
    "lightsail:Get*",
    "mobileanalytics:*",
    "networkmanager:*",
    "notifications-contacts:*",
    "notifications:*",
    "organizations:*",
    "payments:*",
    "pricing:*",
    "resource-explorer-2:*",
    "route53-recovery-cluster:*",
    "route53-recovery-control-config:*",
    "route53-recovery-readiness:*",
    "route53:*",
    "route53domains:*",
    "s3:CreateMultiRegionAccessPoint",
    "s3:DeleteMultiRegionAccessPoint",
    "s3:DescribeMultiRegionAccessPointOperation",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketLocation",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetMultiRegionAccessPoint",
    "s3:GetMultiRegionAccessPointPolicy",
    "s3:GetMultiRegionAccessPointPolicyStatus",
    "s3:GetStorageLensConfiguration",
    "s3:GetStorageLensDashboard",
    "s3:ListAllMyBuckets",
    "s3:ListMultiRegionAccessPoints",
    "s3:ListStorageLensConfigurations",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutMultiRegionAccessPointPolicy",
    "savingsplans:*",
    "shield:*",
    "sso:*",
    "sts:*",
    "support:*",
    "supportapp:*",
    "supportplans:*",
    "sustainability:*",
    "tag:*",
    "tax:*",
    "trustedadvisor:*",
    "vendor-insights:ListEntitledSecurityProfiles",
    "waf-regional:*",
    "waf:*",
    "wafv2:*",
    "wellarchitected:*",
)
"""Actions that one region serves for all, or that a console asks of all, so that a limit on regions must
leave them out: those of AWS's own example, and the hub of cost optimization. Without `kms:*`, since keys
belong to a region: CloudFront's are in `us-east-1`, which is to be allowed.

Source: https://docs.aws.amazon.com/controltower/latest/userguide/primary-region-deny-policy.html
"""
SMALL_INSTANCES = ("t2.*", "t3.*", "t3a.*", "t4g.*", "m?g.medium", "m?g.large", "m?i.large")
SMALL_DATABASES = ("db.serverless", "db.t2.*", "db.t3.*", "db.t4g.*")
"""What is enough to try things; patterns of `ec2:InstanceType` and `rds:DatabaseClass`."""
_WHO = ("aws:principalarn", "aws:userid", "aws:username")
_TAG_OF_WHO = "aws:principaltag/"
"""What one role has alone, or may have; an account, an organization or a kind of caller is no role."""


def names_who_asks(keys: Iterable[object]) -> bool:
    """Tell whether a condition key names who asks, as one must that spares a role for emergencies."""
    names = [str(key).lower() for key in keys]
    return any(name in _WHO or name.startswith(_TAG_OF_WHO) for name in names)
