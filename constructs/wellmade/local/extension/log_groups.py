"""Addition: what runs beside the functions writes into CloudWatch Logs, too."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time

from ministack.services import cloudwatch_logs


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
