"""Gap: a line of a log in the embedded metric format stays a line; CloudWatch makes metrics of it."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Iterable
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs


def apply() -> None:
    """Publish what is written into any log stream."""
    append = cloudwatch_logs._append_log_events

    def append_and_publish(stream: Any, events: Iterable[dict[str, Any]]) -> Any:
        kept = list(events)
        for event in kept:
            if '"_aws"' in event.get("message", ""):
                _publish(event["message"])
        return append(stream, kept)

    cloudwatch_logs._append_log_events = append_and_publish


def _publish(message: str) -> None:
    """Publish the metrics of a line; one that is not in the format is a line like any other."""
    try:
        line = json.loads(message[message.index("{") :])
        described = line["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in described:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(line[name]) for name in names if name in line}
            for metric in directive.get("Metrics", []):
                values = line.get(metric["Name"])
                for value in values if isinstance(values, list) else [values]:
                    if isinstance(value, int | float):
                        unit = metric.get("Unit", "None")
                        cloudwatch.record_metric(
                            directive["Namespace"], metric["Name"], value, unit, dimensions
                        )
