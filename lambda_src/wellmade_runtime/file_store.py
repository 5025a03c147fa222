"""Files of an inbox: known by name and contents, read as their event tells, quarantined with a reason."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, GetObjectOutputTypeDef

CHUNK = 256 * 1024
LONGEST_KEY = 1024
"""Bytes of a key; what a file becomes is called after it, and may not be longer either.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""
GONE = {"404", "NoSuchKey", "NoSuchVersion", "412", "PreconditionFailed"}


class UnloadableError(Exception):
    """A file that can never be loaded, however often it is tried."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def identity(bucket: str, key: str, etag: str) -> str:
    """Return what one delivery of an object is known by: same name and same bytes, same identity."""
    return hashlib.sha256(f"{bucket}\0{key}\0{etag}".encode()).hexdigest()[:32]


def key_beside(key: str, suffix: str) -> str:
    """Return the key of what belongs to a file, such as `<key>.result.json`; a long one is cut."""
    whole = f"{key}{suffix}"
    if len(whole.encode()) <= LONGEST_KEY:
        return whole
    end = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}{suffix}"
    return key.encode()[: LONGEST_KEY - len(end.encode())].decode(errors="ignore") + end


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStore:
    """The buckets of a file pipeline.

    Errors of AWS are raised as they are, because a later delivery may succeed.

    Args:
        results: Bucket that receives what a file became.
        quarantine: Bucket that receives refused files, each with `<key>.reason.json`.
    """

    s3: "S3Client"
    results: str
    quarantine: str

    def open(self, source: S3Object) -> "GetObjectOutputTypeDef":
        """Return the object, exactly the one that the event told of; its `Body` is to be closed.

        Raises:
            UnloadableError: If it was deleted or overwritten.
        """
        exactly: Any = {"VersionId": source.version} if source.version else {"IfMatch": f'"{source.etag}"'}
        try:
            return self.s3.get_object(Bucket=source.bucket, Key=source.key, **exactly)
        except ClientError as error:
            if _is_gone(error):
                raise UnloadableError("gone", "deleted or overwritten before it was read") from error
            raise

    def read(self, source: S3Object) -> Iterator[bytes]:
        """Yield the object's bytes.

        Raises:
            UnloadableError: If it was deleted or overwritten.
        """
        with closing(self.open(source)["Body"]) as body:
            yield from body.iter_chunks(CHUNK)

    def quarantine_object(self, source: S3Object, refusal: UnloadableError) -> None:
        """Copy the object to quarantine, unless it is gone, and write the reason beside it."""
        if refusal.reason != "gone":
            self._copy_to_quarantine(source)
        document = {**asdict(source), "reason": refusal.reason, "detail": refusal.detail}
        self.put_json(self.quarantine, key_beside(source.key, ".reason.json"), document)

    def put_json(self, bucket: str, key: str, document: Mapping[str, object]) -> None:
        """Write a document."""
        self.s3.put_object(Bucket=bucket, Key=key, Body=to_json(document), ContentType="application/json")

    def _copy_to_quarantine(self, source: S3Object) -> None:
        """Copy without the tags, which then need no permission; an object gone by now has only its reason."""
        origin: CopySourceTypeDef = {"Bucket": source.bucket, "Key": source.key}
        if source.version:
            origin["VersionId"] = source.version
        try:
            self.s3.copy_object(
                Bucket=self.quarantine,
                Key=source.key,
                CopySource=origin,
                CopySourceIfMatch=f'"{source.etag}"',
                TaggingDirective="REPLACE",
            )
        except ClientError as error:
            if not _is_gone(error):
                raise


def to_json(document: Mapping[str, object]) -> bytes:
    """Return a document as UTF-8."""
    return json.dumps(document, ensure_ascii=False).encode()


def _is_gone(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in GONE
