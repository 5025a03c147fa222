"""What needs a person about a cache."""

import re
from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms, refuse_unknown_alarms

LINES = {
    "engine_cpu": ("EngineCPUUtilization", 90, "The node's one thread is busy. Take a larger node_type."),
    "memory": (
        "DatabaseMemoryUsagePercentage",
        80,
        "Memory runs out, and sessions will be evicted. Take a larger node_type.",
    ),
    "evictions": (
        "Evictions",
        0,
        "Sessions are thrown away for lack of memory: people are logged out. Take a larger node_type.",
    ),
}
_NUMBER = re.compile(r"_\d+$")


class CacheAlarms(Alarms):
    """Alarms of each node; those of the second are called `engine_cpu_2`, and so on."""

    engine_cpu: cloudwatch.Alarm
    """Percentage of the thread that answers, of the first node."""
    memory: cloudwatch.Alarm
    """Percentage of the memory, of the first node."""
    evictions: cloudwatch.Alarm
    """Keys thrown away in a minute, of the first node."""


class CacheThresholds(TypedDict, total=False):
    """Thresholds of the alarms of every node; None leaves them out."""

    engine_cpu: float | None
    memory: float | None
    evictions: float | None


def define_cache_alarms(
    scope: Construct,
    group: elasticache.CfnReplicationGroup,
    nodes: int,
    thresholds: CacheThresholds | None,
) -> CacheAlarms:
    """Define alarms on processor, memory and evictions of each node."""
    refuse_unknown_alarms(scope, thresholds, LINES)
    specs = {
        _name(kind, number): AlarmSpec(
            f"{metric}{number}",
            metric,
            "AWS/ElastiCache",
            {"CacheClusterId": f"{group.ref}-{number:03}"},
            threshold,
            description,
        )
        for number in range(1, nodes + 1)
        for kind, (metric, threshold, description) in LINES.items()
    }
    given = thresholds or {}
    of_nodes = {name: given[_NUMBER.sub("", name)] for name in specs if _NUMBER.sub("", name) in given}  # type: ignore[literal-required] # one of the three
    return define_alarms(CacheAlarms, scope, specs, of_nodes)


def _name(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}_{number}"
