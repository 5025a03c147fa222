"""What ECS takes of a release that moves requests over in parts, and how long CloudFormation waits for one.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-linearconfiguration.html
"""

import math

LEAST_PERCENT = {"canary": 0.1, "linear": 3.0}
MOST_PERCENT = 100.0
LONGEST_WAIT = 24 * 60
"""Minutes of one wait, and of the time in which the old tasks are kept."""
LONGEST_RELEASE = 33 * 60
"""Minutes from which on CloudFormation rejects a release, since it gives up after 36 hours."""


def minutes_of(strategy: str, percent: float, wait: float, bake_time: float) -> float:
    """Return how long a release takes, as CloudFormation counts it."""
    return bake_time + wait * (1 if strategy == "canary" else _steps(percent))


def _steps(percent: float) -> int:
    """Return after how many parts it waits: not after the last."""
    return math.ceil(round(MOST_PERCENT / percent, 6)) - 1
