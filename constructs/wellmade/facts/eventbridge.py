"""What EventBridge takes and does."""

PUT_EVENTS = 600
"""Requests to put events a second, over all buses of an account, where a region has no other quota.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

PUT_EVENTS_BY_REGION = {
    **dict.fromkeys(("us-east-1", "us-west-2", "eu-west-1"), 10_000),
    **dict.fromkeys(("us-east-2", "eu-central-1"), 2400),
    **dict.fromkeys(("us-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-2"), 1200),
    **dict.fromkeys(("af-south-1", "ap-northeast-3", "ap-southeast-3", "eu-south-1"), 400),
}
"""Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""

INVOCATIONS = 1100
"""Targets that are given an event a second, over all rules; what is above waits.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

INVOCATIONS_BY_REGION = {
    **dict.fromkeys(("us-east-1", "us-west-2", "eu-west-1"), 18_750),
    **dict.fromkeys(("us-east-2", "eu-central-1"), 4500),
    **dict.fromkeys(("us-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-2"), 2250),
    **dict.fromkeys(("af-south-1", "ap-northeast-3", "ap-southeast-3", "eu-south-1"), 750),
}
"""Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""

ENTRY_KILOBYTES = 1024
"""Kilobytes that the events of one request have together at most.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

RETRIES_FOR = 24 * 3600
"""Seconds for which a delivery is tried where the target says nothing.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""
