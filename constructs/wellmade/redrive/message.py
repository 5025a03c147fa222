"""A message as it lies in a dead-letter queue: what it is about, and how it is sent once more."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from wellmade.redrive.answers import check_number, need, need_text, need_word

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import (
        MessageAttributeValueTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

SUMMARY_CHARACTERS = 80
RECEIVE = "ReceiveMessage"
_LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""
_NUMBERS = {
    "ApproximateReceiveCount": 10**9,
    "SentTimestamp": _LATEST,
    "ApproximateFirstReceiveTimestamp": _LATEST,
}


@dataclass(frozen=True)
class Message:
    """One delivery of a message; `receipt` is good for this delivery only."""

    id: str
    receipt: str
    body: str
    system: Mapping[str, str]
    """What SQS adds: receive count, timestamps in milliseconds, FIFO group and deduplication id."""
    attributes: Mapping[str, Mapping[str, Any]]
    """What the sender added."""

    @property
    def group(self) -> str | None:
        """FIFO: the group that keeps its order."""
        return self.system.get("MessageGroupId")

    @property
    def origin(self) -> str | None:
        """ARN of the queue that gave the message up; absent in queues filled by a topic or a function."""
        return self.system.get("DeadLetterQueueSourceArn")

    @property
    def receives(self) -> int:
        """How often the message was received before this look."""
        return int(self.system.get("ApproximateReceiveCount", "1")) - 1

    @property
    def sent(self) -> datetime:
        """When the sender sent it; for FIFO, when it was moved to the dead-letter queue."""
        return _moment(self.system.get("SentTimestamp", "0"))

    @property
    def first_received(self) -> datetime:
        """When it was first received, be it by this look."""
        return _moment(self.system.get("ApproximateFirstReceiveTimestamp", "0"))

    @property
    def size(self) -> int:
        """Bytes that count towards the limit of a batch."""
        attributes = sum(
            len(name.encode()) + sum(len(part) for part in value.values() if isinstance(part, str | bytes))
            for name, value in self.attributes.items()
        )
        return len(self.body.encode()) + attributes


def received(raw: "MessageTypeDef", *, fifo: bool = False) -> Message:
    """Read what ReceiveMessage returned.

    Raises:
        OddAnswerError: If it is no message of SQS.
    """
    system = {str(name): value for name, value in raw.get("Attributes", {}).items()}
    for name, most in _NUMBERS.items():
        check_number(system, RECEIVE, name, most)
    for name in ("MessageGroupId", "MessageDeduplicationId") if fifo else ():
        need(system, RECEIVE, name)
    for value in raw.get("MessageAttributes", {}).values():
        need(value, RECEIVE, "DataType")
        need(value, RECEIVE, "BinaryValue" if "BinaryValue" in value else "StringValue", str | bytes)
    return Message(
        id=need_word(raw, RECEIVE, "MessageId"),
        receipt=need(raw, RECEIVE, "ReceiptHandle"),
        body=need_text(raw, RECEIVE, "Body"),
        system=system,
        attributes={name: dict(value) for name, value in raw.get("MessageAttributes", {}).items()},
    )


def entry(message: Message, number: int, *, fifo: bool) -> "SendMessageBatchRequestEntryTypeDef":
    """Return an entry of SendMessageBatch: body, attributes, trace and FIFO ids as they were."""
    resend: SendMessageBatchRequestEntryTypeDef = {"Id": str(number), "MessageBody": message.body}
    if message.attributes:
        resend["MessageAttributes"] = {name: _value(value) for name, value in message.attributes.items()}
    if trace := message.system.get("AWSTraceHeader"):
        resend["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    if message.group is not None:  # standard queues know groups as well: fair queues
        resend["MessageGroupId"] = message.group
    if fifo:
        resend["MessageDeduplicationId"] = message.system["MessageDeduplicationId"]
    return resend


def summary(body: str) -> str:
    """Say in a line what the body is about: the S3 object that it announces, else its first characters."""
    objects = s3_objects(body)
    if objects:
        return objects[0] + (f" and {len(objects) - 1} more" if len(objects) > 1 else "")
    line = " ".join(body.split())
    return line if len(line) <= SUMMARY_CHARACTERS else line[: SUMMARY_CHARACTERS - 1] + "…"


def s3_objects(body: str) -> list[str]:
    """Return the objects that an S3 event notification announces: `s3://bucket/key`, the key decoded."""
    try:
        records = json.loads(body)["Records"]
        return [f"s3://{r['s3']['bucket']['name']}/{unquote_plus(r['s3']['object']['key'])}" for r in records]
    except (ValueError, LookupError, TypeError, RecursionError):  # any other message: the queue is not ours
        return []


def matches(message: Message, text: str | None) -> bool:
    """Tell whether the body, or the name of an S3 object in it, contains the text; None matches all."""
    return text is None or text in message.body or any(text in name for name in s3_objects(message.body))


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _value(value: Mapping[str, Any]) -> "MessageAttributeValueTypeDef":
    """Drop the list parts: SQS returns them empty and refuses them when sent."""
    kept: MessageAttributeValueTypeDef = {"DataType": value["DataType"]}
    if "BinaryValue" in value:
        kept["BinaryValue"] = value["BinaryValue"]
    else:
        kept["StringValue"] = value["StringValue"]
    return kept
