"""Gap: who fixes a function still waits until the messages that it failed on are visible again.

On AWS, too; but here somebody watches. What a function works on at that moment stays its own.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc, sqs

from .messages import come_back, is_worked_on


def apply() -> None:
    """Free hidden messages when code or configuration of a function changes."""
    lambda_svc._update_code = _freeing(lambda_svc._update_code)
    lambda_svc._update_config = _freeing(lambda_svc._update_config)


def _freeing(update: Callable[..., Any]) -> Callable[..., Any]:
    def update_and_free(name: str, data: dict[str, Any]) -> Any:
        answer = update(name, data)
        if answer[0] < 300:
            _free(name)
        return answer

    return update_and_free


def _free(function: str) -> None:
    now = time.time()
    for queue in _queues_of(function):
        for message in list(queue["messages"]):
            if message["receive_count"] and message["visible_at"] > now and not is_worked_on(message):
                come_back(message, now)
    esm_wake.set()


def _queues_of(function: str) -> Iterator[dict[str, Any]]:
    for mapping in list(lambda_svc._esms.values()):
        queue = sqs._queue_by_arn(mapping.get("EventSourceArn", ""))
        if queue is not None and mapping.get("FunctionName") == function:
            yield queue
