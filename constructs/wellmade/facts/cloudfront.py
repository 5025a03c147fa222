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

MOST_TTL = 31_536_000
"""In seconds: a year, after which browsers ask again."""

DAY = 86_400
"""In seconds."""
