"""Gap: a message sent while another thread deletes from the same queue can vanish; no batching window.

MiniStack deletes by building a second list and putting it in the place of the first; what was appended to the
first one in between is lost. Here messages are taken out of the one list that stays.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import cloudwatch, lambda_svc, sqs

from .waits.pace import shortened

Queue = dict[str, Any]
Message = dict[str, Any]
lock = threading.RLock()
"""Held while messages are taken out of a queue, so that two do not take the same ones."""


def apply() -> None:
    """Put the safe versions in place."""
    sqs._dlq_sweep = _in_place(sqs._dlq_sweep)
    sqs._expire_retained = _in_place(sqs._expire_retained)
    sqs._act_delete_message = _delete_message
    sqs._act_delete_message_batch = _delete_message_batch
    sqs._HANDLERS |= {"DeleteMessage": _delete_message, "DeleteMessageBatch": _delete_message_batch}
    sqs._delete_messages_for_esm = _delete_for_mapping
    sqs._receive_messages_for_esm = _batched(sqs._receive_messages_for_esm)


def remove(queue: Queue, doomed: Iterable[Message]) -> int:
    """Take messages out of the list of a queue, and return how many were still there."""
    messages, removed = queue["messages"], 0
    with lock:
        for message in doomed:
            for position, present in enumerate(messages):
                if present is message:
                    del messages[position]
                    removed += 1
                    break
    return removed


def _in_place(sweep: Callable[[Queue], None]) -> Callable[[Queue], None]:
    """Let MiniStack's sweep decide on a copy what goes, and take that out of the real list."""

    def swept(queue: Queue) -> None:
        with lock:
            before = list(queue["messages"])
            copy = {**queue, "messages": list(before)}
            sweep(copy)
            kept = {id(message) for message in copy["messages"]}
            remove(queue, (message for message in before if id(message) not in kept))

    return swept


def _delete(queue: Queue, handles: set[str]) -> int:
    doomed = [message for message in list(queue["messages"]) if message.get("receipt_handle") in handles]
    if count := remove(queue, doomed):
        name = queue["attributes"]["QueueArn"].rpartition(":")[2]
        cloudwatch.record_metric("AWS/SQS", "NumberOfMessagesDeleted", count, "Count", {"QueueName": name})
    return count


def _delete_message(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
    handle = data.get("ReceiptHandle", "")
    if not handle:
        raise sqs._Err("MissingParameter", "The request must contain the parameter ReceiptHandle.")
    if not _delete(queue, {handle}):
        raise sqs._Err("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    return {}


def _delete_message_batch(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
    answer: dict[str, Any] = {"Successful": [], "Failed": []}
    for entry in entries:
        handle = entry.get("ReceiptHandle")
        if handle and _delete(queue, {handle}):
            answer["Successful"].append({"Id": entry["Id"]})
        else:
            answer["Failed"].append(
                {"Id": entry["Id"], "Code": "ReceiptHandleIsInvalid", "SenderFault": True}
            )
    return answer


def _delete_for_mapping(queue_url: str, handles: set[str]) -> None:
    _delete(sqs._get_q(queue_url), handles)


def _batched(receive: Callable[[str, int], list[Message]]) -> Callable[[str, int], list[Message]]:
    """Wait for a full batch as long as the mapping's window allows; a window also allows more than ten."""

    def receive_batch(queue_url: str, size: int) -> list[Message]:
        window = _window(sqs._get_q(queue_url))
        if window and not _is_due(sqs._get_q(queue_url), size, window):
            return []
        batch = receive(queue_url, size)
        while window and len(batch) < size and (more := receive(queue_url, size - len(batch))):
            batch += more
        return batch

    return receive_batch


def _window(queue: Queue) -> float:
    arn = queue["attributes"]["QueueArn"]
    mappings = [mapping for mapping in lambda_svc._esms.values() if mapping.get("EventSourceArn") == arn]
    windows = (int(mapping.get("MaximumBatchingWindowInSeconds") or 0) for mapping in mappings)
    return shortened(max(windows, default=0))


def _is_due(queue: Queue, size: int, window: float) -> bool:
    now = time.time()
    waiting = [message["visible_at"] for message in list(queue["messages"]) if message["visible_at"] <= now]
    return len(waiting) >= size or (bool(waiting) and now - min(waiting) >= window)
