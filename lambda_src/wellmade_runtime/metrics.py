"""Metrics of one's own, each a line of the log that CloudWatch reads: no call, no permission, no wait."""

import json
import sys
import time

NAMESPACE = "Wellmade"
"""Of all metrics that handlers of this library publish."""


def count(metric: str, value: float = 1, *, unit: str = "Count", **dimensions: str) -> None:
    """Publish a value of a metric in the namespace `Wellmade`.

    Args:
        metric: Its name.
        value: What is counted or measured. Default: 1.
        unit: Such as `Count` or `Milliseconds`. Default: `Count`.
        dimensions: What it is published under; few values each, since every one is a metric that costs.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    described = {
        "Namespace": NAMESPACE,
        "Dimensions": [sorted(dimensions)],
        "Metrics": [{"Name": metric, "Unit": unit}],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [described]},
        **dimensions,
        metric: value,
    }
    sys.stdout.write(f"{json.dumps(line)}\n")
