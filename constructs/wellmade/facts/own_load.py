"""Metrics of how busy tasks and instances themselves are, which say nothing of what waits for them."""

from collections.abc import Mapping
from typing import Any

OWN_LOAD = {
    "ASGAverageCPUUtilization": "CPU",
    "CPUUtilization": "CPU",
    "ECSServiceAverageCPUUtilization": "CPU",
    "ECSServiceAverageMemoryUtilization": "memory",
    "MemoryUtilization": "memory",
}
"""What each metric measures: the predefined ones of policies, and those that they stand for.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
"""


def load_tracked(configuration: Mapping[str, Any]) -> str | None:
    """Return what a policy of target tracking keeps at its target, if that is the workers' own load."""
    predefined = configuration.get("PredefinedMetricSpecification") or {}
    own = configuration.get("CustomizedMetricSpecification") or {}
    named = predefined.get("PredefinedMetricType"), own.get("MetricName")
    return next((OWN_LOAD[name] for name in named if name in OWN_LOAD), None)
