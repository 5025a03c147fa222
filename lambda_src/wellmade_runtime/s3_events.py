"""What a queue message says about S3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from wellmade_runtime.messages import InvalidMessageError, read_object
from wellmade_runtime.strict_json import kind


class NotAnS3EventError(InvalidMessageError):
    """A message that names no object, so there is nothing to process or to quarantine.

    Raised, it goes back to the queue and ends in the dead-letter queue, where a person sees it.
    """


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object as its event describes it; `version` is None in a bucket without versioning.

    `sequencer` tells which of two uploads of a key was later, and `size` is in bytes; None where the event
    does not tell.
    """

    bucket: str
    key: str
    etag: str
    version: str | None
    sequencer: str | None = None
    size: int | None = None


def created_objects(body: str) -> list[S3Object]:
    """Return the objects that a notification names; none for the test event of a new notification.

    It may come from S3 itself, where keys are URL-encoded, or from EventBridge, where they are not.

    Raises:
        InvalidMessageError: If the message is no JSON object.
        NotAnS3EventError: If it is no S3 notification of objects created.
    """
    message = read_object(body)
    if message.get("source") == "aws.s3":
        return [_object_of_event(message)]
    if message.get("Event") == "s3:TestEvent":
        return []
    records = message.get("Records")
    if not isinstance(records, list) or not records:
        raise NotAnS3EventError(f"expected an S3 notification with Records, got {kind(records)}")
    return [_created_object(record) for record in records]


def _created_object(record: Any) -> S3Object:
    try:
        if not record["eventName"].startswith("ObjectCreated:"):
            raise NotAnS3EventError("expected ObjectCreated, got another event")
        entity = record["s3"]["object"]
        return S3Object(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(entity["key"]),
            etag=entity["eTag"].strip('"'),
            version=entity.get("versionId"),
            sequencer=entity.get("sequencer"),
            size=_size(entity),
        )
    except (AttributeError, KeyError, TypeError):
        raise NotAnS3EventError(f"expected an S3 record, got {kind(record)}") from None


def _size(entity: Mapping[str, Any]) -> int | None:
    size = entity.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def _object_of_event(event: Mapping[str, Any]) -> S3Object:
    """Return the object of an event of EventBridge.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    try:
        if event["detail-type"] != "Object Created":
            raise NotAnS3EventError("expected Object Created, got another event")
        entity = event["detail"]["object"]
        return S3Object(
            bucket=event["detail"]["bucket"]["name"],
            key=entity["key"],
            etag=entity["etag"].strip('"'),
            version=entity.get("version-id"),
            sequencer=entity.get("sequencer"),
            size=_size(entity),
        )
    except (AttributeError, KeyError, TypeError):
        raise NotAnS3EventError(f"expected an S3 event, got {kind(event)}") from None
