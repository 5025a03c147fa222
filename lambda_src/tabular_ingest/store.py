"""Where rows, rejected rows and results go."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from tabular_ingest.domain import partition
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Value
from wellmade_runtime.batch_write import BATCH, write_batch
from wellmade_runtime.file_store import CHUNK, FileStore, identity, to_json
from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestTypeDef

WRITERS = 4
"""Batches of one file under way at once: most of a write is waiting, so four are about four times as fast."""


@dataclass(slots=True)
class Tally:
    """How many rows of a file were loaded and how many rejected."""

    loaded: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(FileStore):
    """Buckets and table of the pipeline; results are `<key>.result.json` and `<key>.rejects.jsonl`.

    Args:
        table: Receives the rows.
    """

    dynamodb: "DynamoDBClient"
    table: str

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
        self.put_json(
            self.results, f"{source.key}.result.json", {"status": "loaded", **asdict(source), **counts}
        )
        return tally

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
        write_batch(self.dynamodb, self.table, batch)


def _sorted_out(
    source: S3Object, rows: Iterable[Row | Reject], rejects: IO[bytes], tally: Tally
) -> Iterator["WriteRequestTypeDef"]:
    """Yield a request for each good row, put the others aside, and count both."""
    file = identity(source.bucket, source.key, source.etag)
    for row in rows:
        if isinstance(row, Reject):
            rejects.write(to_json(row._asdict()) + b"\n")
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
