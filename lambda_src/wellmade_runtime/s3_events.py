"""What a queue message says about S3."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from wellmade_runtime.messages import InvalidMessageError, read_object
from wellmade_runtime.strict_json import kind


class NotAnS3EventError(InvalidMessageError):
    """A message that tells of no object, so there is nothing to process or to quarantine.

    Raised, it goes back to the queue and ends in the dead-letter queue, where a person sees it.
    """


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object as its event describes it; `version` is None in a bucket without versioning."""

    bucket: str
    key: str
    etag: str
    version: str | None


def created_objects(body: str) -> list[S3Object]:
    """Return the objects that an S3 notification tells of; none for the test event of a new notification.

    Keys arrive URL-encoded and are decoded here.

    Raises:
        InvalidMessageError: If the message is no JSON object.
        NotAnS3EventError: If it is no S3 notification of objects created.
    """
    message = read_object(body)
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
        )
    except (AttributeError, KeyError, TypeError):
        raise NotAnS3EventError(f"expected an S3 record, got {kind(record)}") from None
