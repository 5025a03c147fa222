"""Scaling policies as a template has them, and as Application Auto Scaling carries them out.

A target-tracking policy looks at three minutes before it adds and at fifteen before it takes away. What wakes
a service that sleeps looks at one.
Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MINUTES_TO_ADD = 3
MINUTES_TO_TAKE_AWAY = 15
TAKES_AWAY_BELOW = 0.9
"""Share of the target under which tracking takes tasks away."""


@dataclass
class Tracking:
    """Keep a metric at a target."""

    target: float
    out_cooldown: float
    in_cooldown: float
    seen: deque[float] = field(default_factory=lambda: deque(maxlen=MINUTES_TO_TAKE_AWAY))
    last_out: float = -math.inf
    last_in: float = -math.inf

    def wants(self, now: float, tasks: int, metric: float) -> int:
        """Return how many tasks it asks for after one more minute."""
        self.seen.append(metric)
        recent = list(self.seen)[-MINUTES_TO_ADD:]
        is_high = len(recent) == MINUTES_TO_ADD and min(recent) > self.target
        if is_high and now - self.last_out >= self.out_cooldown:
            self.last_out = now
            return math.ceil(tasks * metric / self.target)
        is_low = len(self.seen) == MINUTES_TO_TAKE_AWAY and max(self.seen) < TAKES_AWAY_BELOW * self.target
        if is_low and now - max(self.last_in, self.last_out) >= self.in_cooldown:
            self.last_in = now
            return math.ceil(tasks * metric / self.target)
        return tasks


@dataclass
class Policies:
    """What a template says about one service."""

    minimum: int
    maximum: int
    tracking: Tracking
    wakes: bool
    """Whether work that waits starts a first task."""


def policies_of(template: Mapping[str, Any]) -> Policies:
    """Read the policies of the one worker in a template."""
    properties = [
        (r["Type"].rpartition("::")[2], r["Properties"])
        for r in template["Resources"].values()
        if r["Type"].startswith("AWS::ApplicationAutoScaling::")
    ]
    [target] = [each for kind, each in properties if kind == "ScalableTarget"]
    by_kind = {each["PolicyType"]: each for kind, each in properties if kind == "ScalingPolicy"}
    tracking = by_kind["TargetTrackingScaling"]["TargetTrackingScalingPolicyConfiguration"]
    steps = by_kind["StepScaling"]["StepScalingPolicyConfiguration"]
    return Policies(
        minimum=target["MinCapacity"],
        maximum=target["MaxCapacity"],
        tracking=Tracking(tracking["TargetValue"], tracking["ScaleOutCooldown"], tracking["ScaleInCooldown"]),
        wakes=steps["AdjustmentType"] == "ExactCapacity"
        and steps["StepAdjustments"][0]["ScalingAdjustment"] == 1,
    )
