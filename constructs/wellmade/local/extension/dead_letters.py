"""Gap: nobody can ask which queues use a dead-letter queue; FIFO messages keep their ids when moved there.

A dead-letter queue with one of its own counts the receives of the queue before.

`wellmade redrive` asks. On AWS the deduplication id becomes the message's id, so that two messages with one
deduplication id are both kept, and the sequence number is the dead-letter queue's. Source: the page of SQS on
dead-letter queues. A message keeps its receive count, and each queue gives it as many tries as it says.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from .queues import Message, Queue, lock, remove

RECEIVED_BEFORE = "received_before"
"""In a message: how often it was received in the queues that have given it up."""


def apply() -> None:
    """Answer ListDeadLetterSourceQueues, give moved FIFO messages new ids, and count anew in each queue."""
    sqs._HANDLERS["ListDeadLetterSourceQueues"] = _list_sources
    sqs._dlq_sweep = _renaming(_counting_anew(sqs._dlq_sweep))


def _counting_anew(sweep: Callable[[Queue], None]) -> Callable[[Queue], None]:
    """Sweep what was received often enough since it came to this queue."""

    def swept(queue: Queue) -> None:
        arn, most = _gives_up_to(queue), _most(queue)
        target = sqs._queue_by_arn(arn) if arn else None
        if target is None:
            return
        with lock:
            due = [each for each in list(queue["messages"]) if _received_here(each) >= most]
            looked_at = {**queue, "messages": list(due)}
            sweep(looked_at)
            kept = {id(message) for message in looked_at["messages"]}
            moved = [message for message in due if id(message) not in kept]
            remove(queue, moved)
            names = {message["id"] for message in moved}
            for message in list(target["messages"]):
                if message["id"] in names and not message["receipt_handle"]:
                    message[RECEIVED_BEFORE] = message["receive_count"]

    return swept


def _received_here(message: Message) -> int:
    return int(message["receive_count"]) - int(message.get(RECEIVED_BEFORE, 0))


def _renaming(sweep: Callable[[Queue], None]) -> Callable[[Queue], None]:
    def swept(queue: Queue) -> None:
        sweep(queue)
        arn = _gives_up_to(queue) if queue["is_fifo"] else None
        target = sqs._queue_by_arn(arn) if arn else None
        if target:
            _rename(target)

    return swept


def _rename(target: dict[str, Any]) -> None:
    for message in list(target["messages"]):
        if message["sys"].get("DeadLetterQueueSourceArn") and message["dedup_id"] != message["id"]:
            target["fifo_seq"] += 1
            message |= {"dedup_id": message["id"], "seq": str(target["fifo_seq"]).zfill(20)}


def _list_sources(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    asked = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:ListDeadLetterSourceQueues")
    target = asked["attributes"]["QueueArn"]
    sources = [queue["url"] for queue in list(sqs._queues.values()) if _gives_up_to(queue) == target]
    return {"queueUrls": [sqs._externalize_url(url) for url in sources]}


def _gives_up_to(queue: Queue) -> str | None:
    return _policy(queue).get("deadLetterTargetArn")


def _most(queue: Queue) -> int:
    return int(_policy(queue).get("maxReceiveCount", 0))


def _policy(queue: Queue) -> dict[str, Any]:
    return json.loads(queue["attributes"].get("RedrivePolicy") or "{}") or {}
