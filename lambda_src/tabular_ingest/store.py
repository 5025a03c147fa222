"""Where files come from and where rows, results and refused files go."""

import json
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.events import S3Object
from shared.tabular.rows import Reject, Row, UnloadableError
from shared.tabular.schema import Value
from tabular_ingest.domain import identity, partition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        WriteRequestOutputTypeDef,
        WriteRequestTypeDef,
    )
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

CHUNK = 256 * 1024
BATCH = 25
"""Most items that one BatchWriteItem takes."""
WRITERS = 4
"""Batches of one file under way at once: most of a write is waiting, so four are about four times as fast."""
ATTEMPTS = 6
"""For items that DynamoDB leaves unprocessed; the waits between them add up to 1.6 s at most."""
GONE = {"404", "NoSuchKey", "NoSuchVersion", "412", "PreconditionFailed"}


class TableBusyError(Exception):
    """The table still refuses items after every attempt; the delivery is to be tried again later."""


@dataclass(slots=True)
class Tally:
    """How many rows of a file were loaded and how many rejected."""

    loaded: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Store:
    """Buckets and table of the pipeline.

    Errors of AWS are raised as they are, because a later delivery may succeed.

    Args:
        table: Receives the rows.
        results: Bucket that receives `<key>.result.json` and `<key>.rejects.jsonl`.
        quarantine: Bucket that receives refused files, each with `<key>.reason.json`.
    """

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    table: str
    results: str
    quarantine: str

    def read(self, source: S3Object) -> Iterator[bytes]:
        """Yield the object's bytes, exactly those that the event told of.

        Raises:
            UnloadableError: If they were deleted or overwritten.
        """
        exactly: Any = {"VersionId": source.version} if source.version else {"IfMatch": f'"{source.etag}"'}
        try:
            response = self.s3.get_object(Bucket=source.bucket, Key=source.key, **exactly)
        except ClientError as error:
            if _is_gone(error):
                raise UnloadableError("gone", "deleted or overwritten before it was read") from error
            raise
        with closing(response["Body"]) as body:
            yield from body.iter_chunks(CHUNK)

    def load(self, source: S3Object, rows: Iterable[Row | Reject]) -> Tally:
        """Write the rows to the table, then the rejected ones and last the result to the bucket.

        Each row has its own key, so loading a file again writes the same items again. Rejected rows
        wait in memory up to 256 KiB and from there on in the function's own storage.
        """
        with SpooledTemporaryFile(max_size=CHUNK) as rejects:
            tally = self._write(source, rows, rejects)
            if tally.rejected:
                rejects.seek(0)
                self.s3.put_object(Bucket=self.results, Key=f"{source.key}.rejects.jsonl", Body=rejects)
        counts = {"rows": tally.loaded + tally.rejected, **asdict(tally)}
        self._put_json(
            self.results, f"{source.key}.result.json", {"status": "loaded", **asdict(source), **counts}
        )
        return tally

    def set_aside(self, source: S3Object, refusal: UnloadableError) -> None:
        """Copy the object to quarantine, unless it is gone, and write the reason beside it."""
        if refusal.reason != "gone":
            self._copy_to_quarantine(source)
        document = {**asdict(source), "reason": refusal.reason, "detail": refusal.detail}
        self._put_json(self.quarantine, f"{source.key}.reason.json", document)

    def _write(self, source: S3Object, rows: Iterable[Row | Reject], rejects: IO[bytes]) -> Tally:
        """Write the rows, a few batches at a time, and never read further ahead than that."""
        tally = Tally()
        with ThreadPoolExecutor(WRITERS) as pool:
            under_way: deque[Future[None]] = deque()
            for batch in _batches(_sorted_out(source, rows, rejects, tally)):
                under_way.append(pool.submit(self._put_batch, batch))
                if len(under_way) > WRITERS:
                    under_way.popleft().result()
            for write in under_way:
                write.result()
        return tally

    def _put_batch(self, batch: list["WriteRequestTypeDef"]) -> None:
        left: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef] = batch
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, 0.025 * 2**attempt))  # noqa: S311 - spreads retries, hides nothing
            response = self.dynamodb.batch_write_item(RequestItems={self.table: left})
            left = response["UnprocessedItems"].get(self.table, [])
            if not left:
                return
        raise TableBusyError(f"{self.table} left {len(left)} items unprocessed after {ATTEMPTS} attempts")

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

    def _put_json(self, bucket: str, key: str, document: Mapping[str, object]) -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=_json(document), ContentType="application/json")


def _sorted_out(
    source: S3Object, rows: Iterable[Row | Reject], rejects: IO[bytes], tally: Tally
) -> Iterator["WriteRequestTypeDef"]:
    """Yield a request for each good row, put the others aside, and count both."""
    file = identity(source.bucket, source.key, source.etag)
    for row in rows:
        if isinstance(row, Reject):
            rejects.write(_json(row._asdict()) + b"\n")
            tally.rejected += 1
        else:
            tally.loaded += 1
            yield _put_request(file, row)


def _put_request(file: str, row: Row) -> "WriteRequestTypeDef":
    item = {name: _attribute(value) for name, value in row.values.items()}
    return {
        "PutRequest": {"Item": {**item, "pk": {"S": partition(file, row.line)}, "sk": {"N": str(row.line)}}}
    }


def _attribute(value: Value) -> "AttributeValueTypeDef":
    return {"N": str(value)} if isinstance(value, int | Decimal) else {"S": str(value)}


def _batches(requests: Iterator["WriteRequestTypeDef"]) -> Iterator[list["WriteRequestTypeDef"]]:
    while batch := list(islice(requests, BATCH)):
        yield batch


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _is_gone(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in GONE
