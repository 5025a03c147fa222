"""Where rows, rejected rows and results go."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from tabular_ingest.domain import partition
from tabular_ingest.tabular.rows import Reading, Reject, Row
from tabular_ingest.tabular.schema import Value
from wellmade_runtime.batch_write import BATCH, write_batch
from wellmade_runtime.file_inbox import no_version
from wellmade_runtime.file_store import CHUNK, FileStore, UnloadableError, identity, key_beside, to_json
from wellmade_runtime.latest_objects import LatestObjects
from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestTypeDef

WRITERS = 4
"""Batches of one file under way at once: most of a write is waiting, so four are about four times as fast."""
REJECTS_BYTES = 32 * 2**20
"""What is kept of one file's rejected rows, so that ten files at once fit into the function's own storage of
512 MiB: with its reason a short row is 50 times as long, and a file of 12 MB would fill it."""


@dataclass(slots=True)
class Tally:
    """How many rows of a file were loaded and how many rejected."""

    loaded: int = 0
    rejected: int = 0
    kept: int = 0
    """How many of the rejected ones are kept with their reasons."""
    first_reason: str = ""
    """Why the first of the rejected rows was."""

    @property
    def rejection_rate(self) -> float:
        """Rejected rows as a share of all."""
        return self.rejected / max(1, self.loaded + self.rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(FileStore):
    """Buckets and table of the pipeline; results are `<key>.result.json` and `<key>.rejects.jsonl`.

    The second is empty where no row was rejected, so that none of an earlier upload is left; of a file with
    more of them than 32 MiB it holds the first, and the result says how many. Of two uploads of a key the
    results are those of the later one, whichever message comes last.

    Args:
        table: Receives the rows.
    """

    dynamodb: "DynamoDBClient"
    table: str
    latest: LatestObjects | None = None
    """Tells which of two uploads of a key was later. Default: the one whose message comes last."""
    reader: Callable[[], str] = no_version
    """Gives the version of code and schema, for the result."""

    def load(self, source: S3Object, reading: Reading) -> Tally:
        """Write the rows to the table, then the rejected ones and last the result to the bucket.

        Each row has its own key, so loading a file again writes the same items again. Rejected rows
        wait in memory up to 256 KiB and from there on in the function's own storage.

        Raises:
            UnloadableError: If every row was rejected.
        """
        with SpooledTemporaryFile(max_size=CHUNK) as rejects:
            tally = self._write(source, reading.rows, rejects)
            if self.latest is None or self.latest.is_latest(source):
                rejects.seek(0)
                key = key_beside(source.key, ".rejects.jsonl")
                self.s3.put_object(Bucket=self.results, Key=key, Body=rejects)
                self._put_result(source, reading, tally)
        if tally.rejected and not tally.loaded:
            raise UnloadableError("rejects", f"every row was rejected, the first since {tally.first_reason}")
        return tally

    def _put_result(self, source: S3Object, reading: Reading, tally: Tally) -> None:
        result = {
            "status": "loaded" if tally.loaded or not tally.rejected else "rejected",
            **asdict(source),
            "rows": tally.loaded + tally.rejected,
            "loaded": tally.loaded,
            "rejected": tally.rejected,
            "rejects_kept": tally.kept,
            "dialect": reading.dialect,
            "encoding": reading.encoding,
            "reader": self.reader(),
        }
        self.put_json(self.results, key_beside(source.key, ".result.json"), result)

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
            if rejects.tell() < REJECTS_BYTES:
                rejects.write(to_json(row._asdict()) + b"\n")
                tally.kept += 1
            tally.rejected += 1
            tally.first_reason = tally.first_reason or row.reason
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
