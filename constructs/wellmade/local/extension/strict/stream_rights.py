"""Gap: records of a Kinesis stream are read with an iterator, and IAM is not told of which stream it is.

So whoever may read one stream, and no other, is refused.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import kinesis


def apply() -> None:
    """Name the stream of an iterator."""
    extract = iam_actions.extract_resource_arn

    def extract_with_iterator(service: str, *given: Any, **options: Any) -> Any:
        found = extract(service, *given, **options)
        if service != "kinesis" or found != "*":
            return found
        body = given[3] if len(given) > 3 else options.get("body", b"")
        return _stream(body) or found

    iam_actions.extract_resource_arn = extract_with_iterator


def _stream(body: bytes) -> str | None:
    try:
        iterator = json.loads(body).get("ShardIterator")
    except (AttributeError, ValueError):
        return None
    return (kinesis._shard_iterators.get(iterator) or {}).get("stream_arn")
