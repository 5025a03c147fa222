"""JSON messages of a queue, read strictly."""

import json
from collections.abc import Mapping
from typing import Any


class InvalidMessageError(Exception):
    """A message that says nothing a handler can work on; it ends in the dead-letter queue."""


def read_object(body: str) -> Mapping[str, Any]:
    """Return the JSON object in a message's body.

    Raises:
        InvalidMessageError: If it holds anything else.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidMessageError(f"body must be a JSON object, got {body[:200]!r}") from error
    if not isinstance(message, dict):
        raise InvalidMessageError(f"body must be a JSON object, got {body[:200]!r}")
    return message


def text(message: Mapping[str, Any], field: str) -> str:
    """Return a field that must be text, 1 to 256 characters.

    Raises:
        InvalidMessageError: If it is anything else.
    """
    value = message.get(field)
    if not isinstance(value, str) or not 1 <= len(value) <= 256:
        raise InvalidMessageError(f"{field} must be text of 1 to 256 characters, got {_shown(value)}")
    return value


def whole_number(message: Mapping[str, Any], field: str, *, least: int, most: int) -> int:
    """Return a field that must be a whole number within bounds.

    Raises:
        InvalidMessageError: If it is anything else; true and 1.0 are.
    """
    value = message.get(field)
    if type(value) is not int or not least <= value <= most:
        raise InvalidMessageError(
            f"{field} must be a whole number from {least} to {most}, got {_shown(value)}"
        )
    return value


def _shown(value: object) -> str:
    return repr(value)[:60]
