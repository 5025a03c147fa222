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

TAKES_FIREWALL = {
    "amplify": "apps/",
    "apigateway": "/restapis/",
    "apprunner": "service/",
    "appsync": "apis/",
    "cognito-idp": "userpool/",
    "ec2": "verified-access-instance/",
    "elasticloadbalancing": "loadbalancer/app/",
}
"""What may stand behind a regional access list: by service how the resource of its ARN begins.

Source: https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
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
