"""The partitions of AWS: which regions are in each, and where the services are that have no region.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html and
botocore's `endpoints.json` (1.43, November 2026)
"""

PARTITIONS = {
    "cn-": "aws-cn",
    "eusc-": "aws-eusc",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
}
"""How the names of their regions begin, but for those of `aws`."""
URL_SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
"""What the addresses of services end with, where not with `amazonaws.com`."""
_ELSEWHERE = {
    "aws": {"globalaccelerator": "us-west-2", "networkmanager": "us-west-2", "": "us-east-1"},
    "aws-cn": {"iam": "cn-north-1", "support": "cn-north-1", "": "cn-northwest-1"},
    "aws-us-gov": {"": "us-gov-west-1"},
}
_GLOBAL = frozenset({
    "account", "billingconductor", "budgets", "ce", "cloudfront", "cur", "globalaccelerator", "health", "iam",
    "networkmanager", "organizations", "route53", "route53domains", "savingsplans", "shield", "support",
    "waf",
})  # fmt: skip
"""Services, as boto3 names them, that are in one region of their partition."""


def partition_of(region: str) -> str:
    """Return the partition of a region.

    Example:
        partition_of("cn-north-1")
    """
    return next((name for start, name in PARTITIONS.items() if region.startswith(start)), "aws")


def url_suffix(region: str) -> str:
    """Return what the addresses of services in a region end with, such as `amazonaws.com.cn`."""
    return URL_SUFFIXES.get(partition_of(region), "amazonaws.com")


def requested_region(service: str, region: str) -> str:
    """Return the region that a call reaches, which `aws:RequestedRegion` tells.

    Args:
        service: As boto3 names it.
        region: That of the client.
    """
    homes = _ELSEWHERE.get(partition_of(region), {}) if service in _GLOBAL else {}
    return homes.get(service) or homes.get("") or region
