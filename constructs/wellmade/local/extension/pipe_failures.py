"""What becomes of a batch of a stream that a pipe could not hand on.

It comes again, in halves where the pipe says so, until it arrives, or until the pipe gives it up and tells
its dead-letter queue or topic the place of it in the stream.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from . import deliveries, not_done
from .pipe_records import identity

Record = dict[str, Any]
_attempts: dict[tuple[str, str], int] = {}
"""Failed deliveries by pipe and first record."""
_arrived: dict[str, set[str]] = {}
"""What arrived of batches that come again, by place in a stream."""
_sizes: dict[str, int] = {}
"""How many records a pipe takes while it halves a batch, by its place in a stream."""


def settings_of(pipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a pipe says about the stream that it reads."""
    source = pipe.get("_properties", {}).get("SourceParameters") or {}
    found = source.get("KinesisStreamParameters") or source.get("DynamoDBStreamParameters")
    return dict(found or {})


def batch_size(pipe: Mapping[str, Any], place: str) -> int:
    """Return how many records the next batch has at most."""
    return _sizes.get(place) or int(settings_of(pipe).get("BatchSize", 100))


def left_of(place: str, records: Sequence[Record]) -> list[Record]:
    """Return what of a batch has not arrived yet, if it comes again."""
    return [each for each in records if identity(each) not in _arrived.get(place, set())]


def is_done(pipe: Mapping[str, Any], place: str, records: Sequence[Record], left: Sequence[Record]) -> bool:
    """Whether the pipe goes on after a batch, which it has handed on or gives up.

    Args:
        pipe: Whose batch it is.
        place: Where in a stream it is from.
        records: All of it.
        left: What could not be handed on.
    """
    condition = _given_up(pipe, (place, _number(records[0])), left) if left else None
    if condition:
        _report(pipe, left, condition)
    if condition or not left:
        _sizes.pop(place, None)
        _arrived.get(place, set()).difference_update(map(identity, records))
        return True
    done = {identity(each) for each in records} - {identity(each) for each in left}
    _arrived.setdefault(place, set()).update(done)
    return False


def _given_up(pipe: Mapping[str, Any], batch: tuple[str, str], records: Sequence[Record]) -> str | None:
    """Count the failure, halve the batch if the pipe says so, and return why there is no next try."""
    settings = settings_of(pipe)
    most_age = int(settings.get("MaximumRecordAgeInSeconds", -1))
    if most_age > 0 and time.time() - _arrival(records[0]) > most_age:
        return "RecordAgeExceeded"
    if settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT" and len(records) > 1:
        _sizes[batch[0]] = len(records) // 2
        return None
    _attempts[batch] = _attempts.get(batch, 0) + 1
    limit = int(settings.get("MaximumRetryAttempts", -1))
    return "RetryAttemptsExhausted" if 0 <= limit < _attempts[batch] else None


def _report(pipe: Mapping[str, Any], records: Sequence[Record], condition: str) -> None:
    target = str((settings_of(pipe).get("DeadLetterConfig") or {}).get("Arn", ""))
    if target.split(":")[2:3] in (["sqs"], ["sns"]):
        told = json.dumps(_message(pipe, records, condition))
        deliveries.deliver(target, told, pipe["RoleArn"], {}, f"pipe {pipe['Name']}")
    else:
        not_done.dropped(f"pipe {pipe['Name']}: {len(records)} records are given up: {condition}")


def _message(pipe: Mapping[str, Any], records: Sequence[Record], condition: str) -> dict[str, Any]:
    is_kinesis = records[0]["eventSource"] == "aws:kinesis"
    info = {
        "shardId": records[0]["eventID"].partition(":")[0] if is_kinesis else "shardId-0",
        "startSequenceNumber": _number(records[0]),
        "endSequenceNumber": _number(records[-1]),
        "approximateArrivalOfFirstRecord": _iso(_arrival(records[0])),
        "approximateArrivalOfLastRecord": _iso(_arrival(records[-1])),
        "batchSize": len(records),
        "streamArn": pipe["Source"],
    }
    return {
        "context": {"partnerResourceArn": pipe["Arn"], "condition": condition},
        "version": "1.0",
        "timestamp": _iso(time.time()),
        "KinesisBatchInfo" if is_kinesis else "DDBStreamBatchInfo": info,
    }


def _number(record: Record) -> str:
    return str(record.get("sequenceNumber") or record["dynamodb"]["SequenceNumber"])


def _arrival(record: Record) -> float:
    arrived = record.get("approximateArrivalTimestamp")
    return float(arrived or record["dynamodb"].get("ApproximateCreationDateTime") or time.time())


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).isoformat().replace("+00:00", "Z")
