"""Addition: messages come back sooner: while they are delayed, or hidden after a failure, nothing happens.

While a function works on a message, its visibility timeout is that of the template: no message is handed out
twice because work takes as long as it takes. Only when the function has ended, what is left of it is shorter.
Consumers other than functions end in no way that a queue can see, so for them nothing changes.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import threading
import time
from collections import Counter
from typing import Any

from ministack.services import lambda_svc, sqs

from .pace import factor, shortened

Message = dict[str, Any]
_worked_on: Counter[str] = Counter()
"""Receipt handles of what functions work on at this moment."""
_lock = threading.Lock()


def apply() -> None:
    """Shorten delays, and what is left of a visibility timeout when a function has ended."""
    _follow_batches()
    if factor() > 1:
        _shorten_delays()


def is_worked_on(message: Message) -> bool:
    """Whether a function has this message and has not ended."""
    return _worked_on[str(message.get("receipt_handle"))] > 0


def come_back(message: Message, at: float) -> None:
    """Let a hidden message be visible at that moment, unless it is sooner."""
    message["visible_at"] = min(message["visible_at"], at)


def _follow_batches() -> None:
    run = lambda_svc._run_sqs_batch

    def run_and_release(
        mapping: Any, function: Any, event: Any, batch: list[Message], queue_url: str, queue_name: str
    ) -> None:
        handles = {str(message["receipt_handle"]): message for message in batch}
        with _lock:
            _worked_on.update(list(handles))
        try:
            run(mapping, function, event, batch, queue_url, queue_name)
        finally:
            with _lock:
                _worked_on.subtract(list(handles))
                for handle in handles:
                    if _worked_on[handle] <= 0:
                        del _worked_on[handle]
        _bring_back(handles)

    lambda_svc._run_sqs_batch = run_and_release


def _bring_back(batch: dict[str, Message]) -> None:
    """Shorten what is left; a message that was handed out again meanwhile has another handle."""
    now = time.time()
    for handle, message in batch.items():
        if message["receipt_handle"] == handle and message["visible_at"] > now:
            come_back(message, now + shortened(message["visible_at"] - now))


def _shorten_delays() -> None:
    delay, send = sqs.queue_delay, sqs._act_send_message

    def send_sooner(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
        answer: dict[str, Any] = send(data, queue_url)
        queue = sqs._get_q(data.get("QueueUrl", queue_url))
        for message in reversed(list(queue["messages"])):
            if message["id"] == answer.get("MessageId"):
                come_back(message, message["sent_at"] + shortened(message["visible_at"] - message["sent_at"]))
                break
        return answer

    sqs.queue_delay = lambda queue: shortened(delay(queue))
    sqs._act_send_message = send_sooner
    sqs._HANDLERS["SendMessage"] = send_sooner
