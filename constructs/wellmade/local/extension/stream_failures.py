"""A batch of a stream, and the message about it that a mapping's on-failure destination receives."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import cloudwatch, sns, sqs


@dataclass(frozen=True)
class Batch:
    """Records that one invocation received from a mapping."""

    mapping: dict[str, Any]
    config: dict[str, Any]
    records: list[dict[str, Any]]

    @property
    def is_kinesis(self) -> bool:
        """Whether they come from Kinesis; otherwise from a table's stream."""
        return bool(self.records[0]["eventSource"] == "aws:kinesis")

    @property
    def numbers(self) -> list[str]:
        """Sequence numbers, in order."""
        if self.is_kinesis:
            return [str(record["kinesis"]["sequenceNumber"]) for record in self.records]
        return [str(record["dynamodb"]["SequenceNumber"]) for record in self.records]

    @property
    def first(self) -> str:
        """Sequence number of the first record."""
        return self.numbers[0]

    @property
    def arrivals(self) -> list[float]:
        """When the records arrived, in seconds since 1970."""
        if self.is_kinesis:
            return [float(record["kinesis"]["approximateArrivalTimestamp"]) for record in self.records]
        return [
            float(record["dynamodb"].get("ApproximateCreationDateTime") or time.time())
            for record in self.records
        ]


def report_failure(batch: Batch, condition: str, attempts: int) -> None:
    """Send the place of the batch, not its records, to the on-failure destination, if there is one."""
    failure = (batch.mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
    destination = failure.get("Destination", "")
    body = json.dumps(_message(batch, condition, attempts))
    if ":sqs:" in destination:
        queue = sqs._queue_by_arn(destination)  # noqa: SLF001 - MiniStack has no public name for it
        if queue is not None:
            sqs._act_send_message({"MessageBody": body}, sqs._queue_url(destination.rpartition(":")[2]))  # noqa: SLF001 - as above
    elif ":sns:" in destination:
        sns._fanout(destination, new_uuid(), body, "Lambda stream failure", "", {})  # noqa: SLF001 - as above
    if is_gone(destination):
        count_lost(batch.config.get("FunctionName", ""), "DestinationDeliveryFailures")


def is_gone(target: str) -> bool:
    """Tell whether the queue or topic that failures should go to does not exist."""
    if ":sqs:" in target:
        return sqs._queue_by_arn(target) is None  # noqa: SLF001 - MiniStack has no public name for it
    return ":sns:" in target and target not in sns._topics  # noqa: SLF001 - as above


def count_lost(function: str, metric: str) -> None:
    """Count a failure of a function that could not be handed on."""
    cloudwatch.record_metric("AWS/Lambda", metric, 1, "Count", {"FunctionName": function})


def _message(batch: Batch, condition: str, attempts: int) -> dict[str, Any]:
    info = {
        "shardId": batch.records[0]["eventID"].partition(":")[0] if batch.is_kinesis else "shardId-0",
        "startSequenceNumber": batch.numbers[0],
        "endSequenceNumber": batch.numbers[-1],
        "approximateArrivalOfFirstRecord": _iso(batch.arrivals[0]),
        "approximateArrivalOfLastRecord": _iso(batch.arrivals[-1]),
        "batchSize": len(batch.records),
        "streamArn": batch.mapping["EventSourceArn"],
    }
    return {
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": batch.config.get("FunctionArn", ""),
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _iso(time.time()),
        "KinesisBatchInfo" if batch.is_kinesis else "DDBStreamBatchInfo": info,
    }


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).isoformat().replace("+00:00", "Z")
