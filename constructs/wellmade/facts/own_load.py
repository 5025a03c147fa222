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
_OWN = ("AWS/EC2", "AWS/ECS")
"""Namespaces of the workers among AWS's own: the CPU of a database in `AWS/RDS` is not theirs."""


def load_of(metric: object, namespace: object = None) -> str | None:
    """Return what a metric measures, if it surely is the workers' own load."""
    is_own = namespace is None or (
        isinstance(namespace, str) and (namespace in _OWN or not namespace.startswith("AWS/"))
    )
    return OWN_LOAD.get(metric) if is_own and isinstance(metric, str) else None


def load_tracked(configuration: Mapping[str, Any]) -> str | None:
    """Return what a policy of target tracking keeps at its target, if that is the workers' own load."""
    predefined = configuration.get("PredefinedMetricSpecification") or {}
    own = configuration.get("CustomizedMetricSpecification") or {}
    tracked = load_of(predefined.get("PredefinedMetricType"))
    return tracked or load_of(own.get("MetricName"), own.get("Namespace"))
