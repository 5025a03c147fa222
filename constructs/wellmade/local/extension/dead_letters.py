"""Gap: nobody can ask which queues use a dead-letter queue; `wellmade redrive` does."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from ministack.services import sqs


def apply() -> None:
    """Answer ListDeadLetterSourceQueues."""
    sqs._HANDLERS["ListDeadLetterSourceQueues"] = _list_sources


def _list_sources(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    asked = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:ListDeadLetterSourceQueues")
    target = asked["attributes"]["QueueArn"]
    sources = [queue["url"] for queue in list(sqs._queues.values()) if _gives_up_to(queue) == target]
    return {"queueUrls": [sqs._externalize_url(url) for url in sources]}


def _gives_up_to(queue: dict[str, Any]) -> str | None:
    policy = queue["attributes"].get("RedrivePolicy")
    return json.loads(policy).get("deadLetterTargetArn") if policy else None
