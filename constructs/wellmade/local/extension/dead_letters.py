"""Gap: nobody can ask which queues use a dead-letter queue; FIFO messages keep their ids when moved there.

`wellmade redrive` asks. On AWS the deduplication id becomes the message's id, so that two messages with one
deduplication id are both kept, and the sequence number is the dead-letter queue's. Source: the page of SQS on
dead-letter queues.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.services import sqs


def apply() -> None:
    """Answer ListDeadLetterSourceQueues, and give moved FIFO messages new ids."""
    sqs._HANDLERS["ListDeadLetterSourceQueues"] = _list_sources
    sqs._dlq_sweep = _renaming(sqs._dlq_sweep)


def _renaming(sweep: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def swept(queue: dict[str, Any]) -> None:
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


def _gives_up_to(queue: dict[str, Any]) -> str | None:
    policy = queue["attributes"].get("RedrivePolicy")
    return json.loads(policy).get("deadLetterTargetArn") if policy else None
