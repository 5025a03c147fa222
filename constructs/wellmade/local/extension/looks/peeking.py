"""Addition: look at the messages of a queue without receiving them.

To receive a message hides it from its consumers and counts towards the dead-letter queue. No operation of AWS
only looks, so this is one of our own, for `wellmade local console`.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from typing import Any

from ministack.services import sqs

MOST = 50
"""Messages that are shown of a queue."""


def apply() -> None:
    """Answer PeekMessages."""
    sqs._HANDLERS["PeekMessages"] = _peek


def _peek(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:ReceiveMessage")
    messages = list(queue["messages"])
    return {"Messages": [_shown(each) for each in messages[:MOST]], "Count": len(messages)}


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    hidden = max(0.0, message["visible_at"] - time.time())
    return {
        "MessageId": message["id"],
        "Body": message["body"],
        "SentTimestamp": int(message["sent_at"] * 1000),
        "ReceiveCount": int(message.get("receive_count", 0)),
        "HiddenSeconds": round(hidden, 1),
        "MessageGroupId": message.get("group_id"),
        "Attributes": {
            name: str(value.get("StringValue", "binary"))
            for name, value in (message.get("message_attributes") or {}).items()
        },
    }
