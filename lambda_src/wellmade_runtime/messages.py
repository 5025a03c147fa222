"""JSON messages of a queue, read strictly; what is wrong is said without repeating what was sent."""

import re
from collections.abc import Mapping
from typing import Any

from wellmade_runtime.strict_json import InvalidJsonError, kind, problem_of, read_json

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class InvalidMessageError(Exception):
    """A message that says nothing a handler can work on; it ends in the dead-letter queue."""


class MessageTooLargeError(InvalidMessageError):
    """A message of more bytes than what it becomes can have."""


def read_object(body: str, *, most_bytes: int | None = None) -> Mapping[str, Any]:
    """Return the JSON object in a message's body.

    Args:
        body: The body.
        most_bytes: Of the body, as UTF-8. Default: what the queue takes.

    Raises:
        MessageTooLargeError: If it has more bytes.
        InvalidMessageError: If it holds anything else; see `strict_json` for what is refused.
    """
    if most_bytes is not None and len(body.encode(errors="surrogatepass")) > most_bytes:
        raise MessageTooLargeError(f"body must be at most {most_bytes} bytes")
    try:
        message = read_json(body)
    except InvalidJsonError as error:
        raise InvalidMessageError(f"body must be a JSON object, got {error}") from None
    if not isinstance(message, dict):
        raise InvalidMessageError(f"body must be a JSON object, got {kind(message)}")
    return message


def text(message: Mapping[str, Any], field: str, *, most: int = 256) -> str:
    """Return a field that must be text, 1 to 256 characters unless `most` says otherwise.

    Raises:
        InvalidMessageError: If it is anything else, or holds NUL or half of a surrogate pair.
    """
    value = message.get(field)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise InvalidMessageError(f"{field} must be text of 1 to {most} characters, got {kind(value)}")
    if problem := problem_of(value):
        raise InvalidMessageError(f"{field} {problem}")
    return value


def whole_number(message: Mapping[str, Any], field: str, *, least: int, most: int) -> int:
    """Return a field that must be a whole number within bounds.

    Raises:
        InvalidMessageError: If it is anything else; true and 1.0 are.
    """
    value = message.get(field)
    if type(value) is not int or not least <= value <= most:
        got = "one out of bounds" if type(value) is int else kind(value)
        raise InvalidMessageError(f"{field} must be a whole number from {least} to {most}, got {got}")
    return value


def one_of(message: Mapping[str, Any], field: str, *allowed: str) -> str:
    """Return a field that must be one of some words.

    Raises:
        InvalidMessageError: If it is anything else.
    """
    value = message.get(field)
    if not isinstance(value, str) or value not in allowed:
        raise InvalidMessageError(f"{field} must be {' or '.join(allowed)}, got {kind(value)}")
    return value


def objects(message: Mapping[str, Any], field: str, *, most: int) -> list[Mapping[str, Any]]:
    """Return a field that must be a list of objects, at least one.

    Raises:
        InvalidMessageError: If it is anything else.
    """
    value = message.get(field)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise InvalidMessageError(f"{field} must be a list of 1 to {most}, got {kind(value)}")
    if not all(isinstance(each, dict) for each in value):
        raise InvalidMessageError(f"{field} must be a list of objects")
    return value


def short_name(name: str, what: str = "a name") -> str:
    """Return the name of something as callers write it in a path, with what needs no quotes anywhere.

    Args:
        name: As it was sent.
        what: What it names, for the error. Default: a name.

    Raises:
        InvalidMessageError: If it is none.
    """
    if not _NAME.fullmatch(name):
        raise InvalidMessageError(f"{what} must be 1 to 64 letters, digits, dots, hyphens and underscores")
    return name
