"""Gap: lines that functions wrote have no id, by which who follows a log tells new ones from those it knows.

Addition: what runs beside the functions writes into CloudWatch Logs, too.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from collections.abc import Iterable
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import cloudwatch_logs


def apply() -> None:
    """Give each line an id, whoever wrote it."""
    append = cloudwatch_logs._append_log_events

    def append_with_ids(stream: Any, events: Iterable[dict[str, Any]]) -> Any:
        return append(stream, [{"eventId": new_uuid(), **event} for event in events])

    cloudwatch_logs._append_log_events = append_with_ids


def write_line(group: str, stream: str, line: str) -> None:
    """Append a line to a stream in the account and region of this thread; both are made when missing."""
    now = int(time.time() * 1000)
    groups = cloudwatch_logs._log_groups
    if group not in groups:
        cloudwatch_logs._create_log_group({"logGroupName": group})
    if stream not in groups[group]["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    events = [{"timestamp": now, "message": line, "ingestionTime": now}]
    cloudwatch_logs._append_log_events(groups[group]["streams"][stream], events)
