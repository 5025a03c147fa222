"""What a browser sends, and the records that it becomes."""

import json
from collections.abc import Mapping
from typing import Any

from sample_shop.clicks import click
from wellmade_runtime.messages import InvalidMessageError, MessageTooLargeError, objects, read_object
from wellmade_runtime.stream_producer import partition_key

MOST = 500
MOST_BYTES = 1_000_000
"""Of a request."""
RECORD_BYTES = 16_000
"""Of a click with the fields that nobody here knows; a call to the stream takes 500 of them."""


def records(body: str, now: float) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the clicks of a request, each with the key of its user, whose clicks stay in order.

    Raises:
        InvalidMessageError: If one of them is no click, or two have one identity and other contents; then
            none is taken.
        MessageTooLargeError: If the request or one of the clicks has too many bytes.
    """
    given = objects(read_object(body, most_bytes=MOST_BYTES), "clicks", most=MOST)
    seen: dict[str, Any] = {}
    for record in given:
        found = click(record, now)
        if seen.setdefault(found.identity, found.contents()) != found.contents():
            raise InvalidMessageError("clicks must not hold two with one click_id and other contents")
        if len(json.dumps(record)) > RECORD_BYTES:
            raise MessageTooLargeError(f"a click must be at most {RECORD_BYTES} bytes")
    return [(partition_key(record["user"]), record) for record in given]
