"""Where uploads are kept: the object, its parts, and what its sender has announced."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from upload_portal.domain import ContradictionError, IncompleteError, UnknownUploadError, Wanted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

REMEMBERED = 8 * 24 * 3600
"""Seconds that an upload can be resumed and asked for: a day more than S3 keeps its parts."""
GONE = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was begun."""

    wanted: Wanted
    upload: str | None
    """S3's id of an upload in parts; None where the file comes as a whole."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The bucket that files arrive in, and the table of uploads, by their names."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    bucket: str
    table: str
    url_seconds: int

    def begin(self, wanted: Wanted) -> Upload:
        """Begin an upload, or return the one that was begun before under its name.

        Raises:
            ContradictionError: If that one is of another size or type.
        """
        kept = self._find(wanted.name)
        if kept is None:
            kept = self._begin(wanted)
        if kept.wanted != wanted:
            raise ContradictionError
        return kept

    def find(self, name: str) -> Upload:
        """Return an upload that was begun.

        Raises:
            UnknownUploadError: If none was.
        """
        kept = self._find(name)
        if kept is None:
            raise UnknownUploadError
        return kept

    def size(self, key: str) -> int | None:
        """Return the size of a file that has arrived; None where it has not."""
        try:
            return int(self.s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise

    def parts(self, upload: Upload) -> dict[int, tuple[int, str]]:
        """Return size and etag of the parts that are there, by number.

        Raises:
            UnknownUploadError: If the upload was completed or aborted.
        """
        found: dict[int, tuple[int, str]] = {}
        marker = 0
        while True:
            try:
                page = self.s3.list_parts(**self._named(upload), PartNumberMarker=marker)
            except self.s3.exceptions.NoSuchUpload:
                raise UnknownUploadError from None
            found |= {each["PartNumber"]: (each["Size"], each["ETag"]) for each in page.get("Parts", ())}
            if not page.get("IsTruncated"):
                return found
            marker = page["NextPartNumberMarker"]

    def complete(self, upload: Upload) -> None:
        """Make one file of its parts, all of which must be there and of their size.

        Raises:
            IncompleteError: If one is not, or another file has arrived under the key meanwhile.
            UnknownUploadError: If the upload was completed or aborted.
        """
        sizes, there = upload.wanted.part_sizes, self.parts(upload)
        if any(there.get(number, (0, ""))[0] != size for number, size in enumerate(sizes, start=1)):
            raise IncompleteError
        parts: Any = [{"PartNumber": number, "ETag": there[number][1]} for number in range(1, len(sizes) + 1)]
        try:
            self.s3.complete_multipart_upload(
                **self._named(upload), MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except self.s3.exceptions.NoSuchUpload:
            raise UnknownUploadError from None
        except ClientError as error:
            if error.response["Error"]["Code"] == "PreconditionFailed":
                raise IncompleteError from None
            raise

    def abort(self, upload: Upload) -> None:
        """Forget an upload and its parts; a file that has arrived stays."""
        if upload.upload:
            with suppress(self.s3.exceptions.NoSuchUpload):
                self.s3.abort_multipart_upload(**self._named(upload))
        self.dynamodb.delete_item(TableName=self.table, Key={"pk": {"S": upload.wanted.name}})

    def url(self, wanted: Wanted) -> str:
        """Return where to put a whole file: of this size and type, under this key, and once."""
        return self.s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self.bucket,
                "Key": wanted.key,
                "ContentLength": wanted.size,
                "ContentType": wanted.content_type,
                "IfNoneMatch": "*",
            },
            ExpiresIn=self.url_seconds,
        )

    def part_url(self, upload: Upload, number: int, size: int) -> str:
        """Return where to put a part, of this size."""
        parameters: Mapping[str, Any] = {
            **self._named(upload),
            "PartNumber": number,
            "ContentLength": size,
        }
        return self.s3.generate_presigned_url("upload_part", Params=parameters, ExpiresIn=self.url_seconds)

    def _named(self, upload: Upload) -> Any:
        return {"Bucket": self.bucket, "Key": upload.wanted.key, "UploadId": upload.upload}

    def _find(self, name: str) -> Upload | None:
        found = self.dynamodb.get_item(TableName=self.table, Key={"pk": {"S": name}}, ConsistentRead=True)
        item = found.get("Item")
        return _upload(item) if item else None

    def _begin(self, wanted: Wanted) -> Upload:
        upload = Upload(wanted, self._begin_parts(wanted) if wanted.part_size else None)
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=_item(upload),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            # Another request of the same sender was faster: its upload counts.
            if upload.upload:
                self.s3.abort_multipart_upload(**self._named(upload))
            kept: Any = error.response
            return _upload(kept["Item"])
        return upload

    def _begin_parts(self, wanted: Wanted) -> str:
        begun = self.s3.create_multipart_upload(
            Bucket=self.bucket, Key=wanted.key, ContentType=wanted.content_type
        )
        return begun["UploadId"]


def _item(upload: Upload) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pk": {"S": upload.wanted.name},
        "key": {"S": upload.wanted.key},
        "size": {"N": str(upload.wanted.size)},
        "content_type": {"S": upload.wanted.content_type},
        "expiration": {"N": str(int(time.time()) + REMEMBERED)},
    }
    return {**item, "upload": {"S": upload.upload}} if upload.upload else item


def _upload(item: Mapping[str, Any]) -> Upload:
    wanted = Wanted(item["pk"]["S"], item["key"]["S"], int(item["size"]["N"]), item["content_type"]["S"])
    return Upload(wanted, item["upload"]["S"] if "upload" in item else None)
