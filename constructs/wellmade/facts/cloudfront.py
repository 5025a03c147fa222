"""What CloudFront takes and does."""

SERVICE = "cloudfront.amazonaws.com"
"""Who reads a bucket with origin access control."""

REGION = "us-east-1"
"""Where certificates, firewalls, logs and metrics of distributions are, in the partition `aws`.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
"""

ELSEWHERE = ("cn-", "us-gov-")
"""How regions of partitions begin where this does not hold."""

ORIGIN_SHIELD_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "me-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
)
"""Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html"""

ALL_QUERY_STRINGS = (
    "2e54312d-136d-493c-8eb9-b001f22f67d2",
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
)
"""Managed cache policies with all query strings: Amplify and UseOriginCacheControlHeaders-QueryStrings.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
"""

FORWARDED_QUERY_STRINGS = (
    "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
)
"""Managed origin request policies that pass all query strings on: AllViewer, that with CloudFront's headers,
Elemental-MediaTailor-PersonalizedManifests and AllViewerExceptHostHeader.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
"""

MOST_TTL = 31_536_000
"""In seconds: a year, after which browsers ask again."""

DAY = 86_400
"""In seconds."""
