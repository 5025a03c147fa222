"""Where receipts are kept."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from file_receipts.domain import Receipt
from wellmade_runtime.batch_write import write_batch
from wellmade_runtime.file_store import FileStore, key_beside
from wellmade_runtime.latest_objects import LatestObjects
from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts(FileStore):
    """The buckets of the pipeline and its table, where each file has one item.

    Of two uploads of a key the receipt is that of the later one, whichever message comes last.
    """

    dynamodb: "DynamoDBClient"
    table: str
    latest: LatestObjects
    """Tells which of two uploads of a key was later."""

    def write(self, source: S3Object, receipt: Receipt) -> None:
        """Write a receipt beside the results, and the file's item; written again, both are the same."""
        if not self.latest.is_latest(source):
            return
        self.put_json(self.results, key_beside(source.key, ".receipt.json"), asdict(receipt))
        item: dict[str, Any] = {
            "pk": {"S": source.key},
            "sk": {"N": "0"},
            "bytes": {"N": str(receipt.size)},
            "sha256": {"S": receipt.sha256},
        }
        write_batch(self.dynamodb, self.table, [{"PutRequest": {"Item": item}}])
