"""Move messages with SQS's own StartMessageMoveTask, and follow it to its end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellmade.redrive.answers import need
from wellmade.redrive.queues import Route

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_LIST = "ListMessageMoveTasks"
MOST_A_SECOND = 500
"""What the service moves at most."""


@dataclass(frozen=True)
class Task:
    """How a task ended, or stands."""

    status: str
    moved: int
    of: int
    reason: str | None = None

    @property
    def complete(self) -> bool:
        """Whether it ended well."""
        return self.status == "COMPLETED"


def move(
    sqs: "SQSClient",
    route: Route,
    *,
    rate: float,
    named: bool,
    stop: Callable[[], bool],
    report: Callable[[Task], None] = lambda _task: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Task:
    """Start a task and follow it; asked to stop, it is cancelled, and what it moved stays moved.

    Without a named target, each message goes to the queue that gave it up, which SQS knows by itself.
    """
    a_second = max(1, min(MOST_A_SECOND, int(rate)))
    source = route.dead_letter.arn
    if named:
        started = sqs.start_message_move_task(
            SourceArn=source, DestinationArn=route.target.arn, MaxNumberOfMessagesPerSecond=a_second
        )
    else:
        started = sqs.start_message_move_task(SourceArn=source, MaxNumberOfMessagesPerSecond=a_second)
    handle = need(started, "StartMessageMoveTask", "TaskHandle")
    cancelled = False
    while (task := _newest(sqs, source)).status in {"RUNNING", "CANCELLING"}:
        report(task)
        if stop() and not cancelled:
            sqs.cancel_message_move_task(TaskHandle=handle)
            cancelled = True
        sleep(1)
    return task


def _newest(sqs: "SQSClient", source: str) -> Task:
    """Read the latest task of the queue; there is one at a time."""
    found = need(sqs.list_message_move_tasks(SourceArn=source, MaxResults=1), _LIST, "Results", list)
    newest = found[0] if found else {}
    moved = newest.get("ApproximateNumberOfMessagesMoved", 0)
    of = newest.get("ApproximateNumberOfMessagesToMove", 0)
    return Task(need(newest, _LIST, "Status"), moved, of, newest.get("FailureReason"))
