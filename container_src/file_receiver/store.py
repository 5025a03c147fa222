"""Where files are read from and receipts are kept."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from file_receiver.domain import File, Receipt, key_beside

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

CHUNK = 1024 * 1024
GONE = {"404", "NoSuchKey", "NoSuchVersion", "412", "PreconditionFailed"}


class GoneError(Exception):
    """The file was deleted or overwritten before it was read."""


class UnprocessedError(Exception):
    """DynamoDB did not take an item; another run may write it."""


@dataclass(frozen=True, slots=True)
class Receipts:
    """The buckets of the pipeline and its table, where each file has one item."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    results: str
    quarantine: str
    table: str

    def read(self, file: File) -> Iterator[bytes]:
        """Yield the file's bytes, of exactly the version that arrived.

        Raises:
            GoneError: If it was deleted or overwritten.
        """
        exactly: Any = {"VersionId": file.version} if file.version else {"IfMatch": f'"{file.etag}"'}
        try:
            found = self.s3.get_object(Bucket=file.bucket, Key=file.key, **exactly)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise GoneError("deleted or overwritten before it was read") from error
            raise
        with closing(found["Body"]) as body:
            yield from body.iter_chunks(CHUNK)

    def write(self, file: File, receipt: Receipt) -> None:
        """Write a receipt beside the results, and the file's item; written again, both are the same.

        Raises:
            UnprocessedError: If the table does not take the item now.
        """
        self._put_json(self.results, key_beside(file.key, ".receipt.json"), asdict(receipt))
        item: dict[str, Any] = {
            "pk": {"S": file.key},
            "sk": {"N": "0"},
            "bytes": {"N": str(receipt.size)},
            "sha256": {"S": receipt.sha256},
        }
        request: Any = {self.table: [{"PutRequest": {"Item": item}}]}
        if self.dynamodb.batch_write_item(RequestItems=request).get("UnprocessedItems"):
            raise UnprocessedError("the table did not take the item")

    def quarantine_reason(self, file: File, reason: str) -> None:
        """Write why there is no receipt."""
        document = {**asdict(file), "reason": "gone", "detail": reason}
        self._put_json(self.quarantine, key_beside(file.key, ".reason.json"), document)

    def _put_json(self, bucket: str, key: str, document: dict[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
