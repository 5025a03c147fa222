"""Gap: messages of a dead-letter queue cannot be sent back by StartMessageMoveTask.

Here they are moved at once, so that a task is over when it has begun. As on AWS, a moved message is new:
it has an id of its own and was never received; and a task fails at a message that no queue gave up.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import sqs

from ..dead_letters import RECEIVED_BEFORE  # noqa: TID252 - this package has another name where it runs
from ..queues import remove  # noqa: TID252 - this package has another name where it runs

Queue = dict[str, Any]
_tasks: list[dict[str, Any]] = []


def apply() -> None:
    """Answer StartMessageMoveTask and ListMessageMoveTasks."""
    sqs._HANDLERS |= {"StartMessageMoveTask": _start, "ListMessageMoveTasks": _list}


def _start(data: dict[str, Any], _queue_url: str) -> dict[str, Any]:
    source = _queue(data.get("SourceArn", ""))
    chosen = data.get("DestinationArn")
    moved, failed = 0, dict[str, str]()
    for message in list(source["messages"]):
        origin = (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
        if message["visible_at"] > time.time():
            continue
        if not (chosen or origin):
            failed = {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}
            break
        target = _queue(str(chosen or origin))
        if remove(source, [message]):
            target["messages"].append(_as_new(message))
            moved += 1
    esm_wake.set()
    task = {
        "TaskHandle": new_uuid(),
        "Status": "COMPLETED",
        "SourceArn": data["SourceArn"],
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": moved,
        "StartedTimestamp": int(time.time() * 1000),
        **failed,
    } | ({"DestinationArn": chosen} if chosen else {})
    _tasks.append(task)
    return {"TaskHandle": task["TaskHandle"]}


def _list(data: dict[str, Any], _queue_url: str) -> dict[str, Any]:
    most = int(data.get("MaxResults", 1))
    ours = [task for task in reversed(_tasks) if task["SourceArn"] == data.get("SourceArn")]
    return {"Results": ours[:most]}


def _queue(arn: str) -> Queue:
    queue: Queue | None = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The resource {arn} does not exist.")
    return queue


def _as_new(message: dict[str, Any]) -> dict[str, Any]:
    now = time.time()
    kept = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    return {
        **message,
        "id": new_uuid(),
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now,
        "receive_count": 0,
        RECEIVED_BEFORE: 0,
        "first_receive_at": None,
        "sys": {**kept, "SentTimestamp": str(int(now * 1000))},
    }
