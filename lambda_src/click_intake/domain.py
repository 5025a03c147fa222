"""What a browser sends, and the records that it becomes."""

from collections.abc import Mapping
from typing import Any

from sample_shop.clicks import click
from wellmade_runtime.messages import InvalidMessageError, read_object
from wellmade_runtime.stream_producer import partition_key

MOST = 500


def records(body: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the clicks of a request, each with the key of its user, whose clicks stay in order.

    Raises:
        InvalidMessageError: If one of them is no click; then none is taken.
    """
    given = read_object(body).get("clicks")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise InvalidMessageError(f"clicks must be a list of 1 to {MOST}")
    return [(partition_key(click(record).user), record) for record in given]
