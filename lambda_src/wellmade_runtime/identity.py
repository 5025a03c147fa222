"""What an event is known by, and what it said the first time: a repetition is told from a contradiction.

An event that comes again with the same contents changes nothing. One that comes with an identity that was
seen before and with other contents is neither a repetition nor a new event; it is refused, nothing of it is
applied, and a person looks at it in the dead-letter queue.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

FINGERPRINT = "fingerprint"
"""Attribute of an item that keeps what its event said, as a hash."""
MOST_KEY_BYTES = 2048
"""Of a partition key; DynamoDB refuses a longer one each time.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""
MOST_SORT_KEY_BYTES = 1024
"""Of a sort key."""


class ContradictionError(Exception):
    """An identity that was seen before with other contents; nothing was applied, and nothing will be."""


class InvalidKeyError(Exception):
    """A key that no table takes, however often it is tried; the text never repeats the key."""


class KeyTooLongError(InvalidKeyError):
    """A key of more bytes than DynamoDB takes."""


def fingerprint(contents: object) -> str:
    """Return a hash of what an event says: texts, numbers, lists and objects, whose fields have no order."""
    canonical = json.dumps(contents, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()[:32]


def scoped(owner: str, identity: str) -> str:
    """Return an identity that belongs to one owner: two who choose the same text get two.

    It starts with what was chosen, so that a person finds it again.
    """
    scope = hashlib.sha256(f"{len(owner)}\0{owner}\0{identity}".encode()).hexdigest()[:16]
    return f"{identity}.{scope}"


def partition_key(kind: str, *parts: str) -> str:
    """Return a key of one kind of items, such as `counted#o-1`, or the kind alone where that is all of it.

    Raises:
        KeyTooLongError: If it is over DynamoDB's 2,048 bytes.
        InvalidKeyError: If it is empty or holds half of a surrogate pair.
    """
    # The kind alone may be what was sent, and errors end in logs.
    what = f"a key of {kind}" if parts else "a partition key"
    return _checked("#".join((kind, *parts)), what, MOST_KEY_BYTES)


def sort_key(text: str) -> str:
    """Return a sort key that every table takes.

    Raises:
        KeyTooLongError: If it is over DynamoDB's 1,024 bytes.
        InvalidKeyError: If it is empty or holds half of a surrogate pair.
    """
    return _checked(text, "a sort key", MOST_SORT_KEY_BYTES)


def _checked(key: str, what: str, most: int) -> str:
    if not key:
        raise InvalidKeyError(f"{what} must have at least 1 byte")
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidKeyError(f"{what} must not hold half of a surrogate pair") from None
    if size > most:
        raise KeyTooLongError(f"{what} must be at most {most} bytes, got {size}")
    return key


def refuse_contradiction(kept: Mapping[str, Any], contents: object, what: str) -> None:
    """Raise unless an item was written by an event of the same contents.

    Args:
        kept: The item as DynamoDB keeps it, with its attribute `fingerprint`.
        contents: What the event says that has come now.
        what: The kind of event, for the message, which must not repeat what was sent.

    Raises:
        ContradictionError: If they differ.
    """
    if kept.get(FINGERPRINT, {}).get("S") != fingerprint(contents):
        raise ContradictionError(f"this {what} was seen before with other contents")


def is_repetition(error: "ClientError", contents: object, what: str, *, at: int = 0) -> bool:
    """Return whether a transaction failed since its event was applied before, by the write at this place.

    The write must ask for `ReturnValuesOnConditionCheckFailure` with `ALL_OLD`.

    Raises:
        ContradictionError: If it was applied with other contents.
    """
    reason = error.response["CancellationReasons"][at]
    if reason["Code"] != "ConditionalCheckFailed":
        return False
    refuse_contradiction(reason.get("Item", {}), contents, what)
    return True
