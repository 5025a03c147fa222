"""What a target cannot take, known before a call: a look says it, and a run leaves it where it is."""

import json
from collections.abc import Mapping
from typing import Any

from wellmade.redrive.kinds import document
from wellmade.redrive.message import Message
from wellmade.redrive.queues import Queue
from wellmade.redrive.targets import Place

_NO_JSON = object()
_NEEDED = {"source", "detail-type", "detail"}


def unfit(message: Message, target: Queue | Place) -> str | None:
    """Return why the target cannot take a message as it is sent; None where it may."""
    if isinstance(target, Queue):
        return _too_large(message, target)
    if target.service == "events":
        return _no_event(document(message.body))
    if target.service == "lambda" and _parsed(message.body) is _NO_JSON:
        return "its body is not JSON, which the event of a function must be"
    return None


def _too_large(message: Message, queue: Queue) -> str | None:
    most = queue.attributes.get("MaximumMessageSize")
    if most is None or message.size <= int(most):
        return None
    return f"it has {message.size:,} bytes, and {queue.name} takes {int(most):,} (MaximumMessageSize)"


def _no_event(event: Mapping[str, Any]) -> str | None:
    if not event.keys() >= _NEEDED:
        return "it is no event: a bus takes a source, a detail-type and a detail"
    if str(event["source"]).startswith("aws."):
        return "its source begins with aws., which a bus takes from AWS alone; --unwrap it for another target"
    detail = event["detail"]
    inner = _parsed(detail) if isinstance(detail, str) else detail
    return None if isinstance(inner, dict) else "its detail must be a JSON object"


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON
