"""What AWS does in more than one region."""

import re
from typing import Literal

Side = Literal["primary", "secondary"]
"""Which of two regions a stack is of."""

STRONG_REGIONS = (
    ("us-east-1", "us-east-2", "us-west-2"),
    ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
)
"""Sets of regions of which a global table with strong consistency takes three, one of them a witness or not.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""
STRONG_REPLICAS = 3
"""Regions of such a table, its witness included; as above."""

HEALTH_METRICS_REGION = "us-east-1"
"""Where Route 53 publishes metrics of health checks, wherever these look.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
"""

_COUNTED = re.compile(
    r"(?:(?<![A-Za-z])|(?=[A-Z]))(?i:balance|counter|credit|inventory|quota|stock|tally|total)(?i:s?)(?![a-z])"
)
"""Whole words in names of what is counted up and down, which two regions cannot do apart from each other."""


def strong_set(*regions: str) -> tuple[str, ...] | None:
    """Return the set that all these regions are of; None where there is none."""
    return next((each for each in STRONG_REGIONS if set(regions) <= set(each)), None)


def is_counted(name: str) -> bool:
    """Tell whether a name says that something is counted."""
    return bool(_COUNTED.search(name))
