"""Gap: a standard queue hands out messages as they came, whatever their message groups.

SQS hands out those of quiet groups before those of a group that has many in flight, so that no tenant waits
for another one's. Here the message comes first whose group has fewest messages in flight and before it.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from collections import Counter
from typing import Any

from ministack.services import sqs

Queue = dict[str, Any]
Message = dict[str, Any]


def apply() -> None:
    """Let standard queues be fair where messages have groups."""
    collect = sqs._collect_msgs

    def collect_fairly(queue: Queue, *given: Any) -> list[Message]:
        if not queue["is_fifo"] and any(each.get("group_id") for each in list(queue["messages"])):
            queue = {**queue, "messages": fairly(list(queue["messages"]), time.time())}
        found: list[Message] = collect(queue, *given)
        return found

    sqs._collect_msgs = collect_fairly


def fairly(messages: list[Message], now: float) -> list[Message]:
    """Return the messages in the order in which they are handed out."""
    ahead = Counter(
        each["group_id"]
        for each in messages
        if each.get("group_id") and each.get("visible_at", 0) > now and each.get("receive_count")
    )
    places: list[int] = []
    for each in messages:
        group = each.get("group_id")
        places.append(ahead[group] if group else 0)
        if group and each.get("visible_at", 0) <= now:
            ahead[group] += 1
    order = sorted(range(len(messages)), key=places.__getitem__)
    return [messages[index] for index in order]
