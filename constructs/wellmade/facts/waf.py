"""What AWS WAF takes and does."""

RATE_LIMIT = (10, 2_000_000_000)
"""Bounds of the requests of one address in the window."""

WINDOW = 300
"""Seconds over which they are counted."""

METRIC_NAME_LENGTH = 128
"""Letters, digits, hyphens and underscores."""

REGION_OF_CLOUDFRONT = "us-east-1"
"""Where access lists of distributions are.

Source: https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
"""

LOG_PREFIX = "aws-waf-logs-"
"""What a log group's name begins with.

Source: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
"""

MANAGED_GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
"""Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"""
