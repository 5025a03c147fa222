"""Write records to a stream so that each arrives, in the order of its key."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef

MOST_RECORDS = 500
"""What one call takes."""
ATTEMPTS = 3


class NotWrittenError(Exception):
    """The call failed, or some records were refused each time; whoever asked may ask again for all."""


def partition_key(*parts: str) -> str:
    """Return the key within which order counts, of as many values as there are users, orders or devices.

    Hashed, so that keys that differ in their last letter only do not meet in one shard, and so that it is no
    place where a user's name is read.
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class StreamProducer:
    """Writes JSON records to one stream."""

    kinesis: "KinesisClient"
    stream: str

    def put(self, records: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Write records, each with its partition key.

        A call can succeed in part: what was refused is sent again, up to 3 times in all. A record may then
        come after a later one of its key, and twice after a time-out; consumers look at its own time and id.

        Raises:
            NotWrittenError: If the call failed, or some were still refused.
        """
        for start in range(0, len(records), MOST_RECORDS):
            left = [_entry(*record) for record in records[start : start + MOST_RECORDS]]
            for _ in range(ATTEMPTS):
                left = self._refused(left)
                if not left:
                    break
            else:
                raise NotWrittenError(f"{len(left)} of {len(records)} records were refused {ATTEMPTS} times")

    def _refused(
        self, entries: "list[PutRecordsRequestEntryTypeDef]"
    ) -> "list[PutRecordsRequestEntryTypeDef]":
        try:
            answer = self.kinesis.put_records(StreamName=self.stream, Records=entries)
        except (BotoCoreError, ClientError) as error:
            raise NotWrittenError(str(error)) from error
        results = zip(entries, answer["Records"], strict=True)
        return [entry for entry, result in results if "ErrorCode" in result]


def _entry(key: str, record: Mapping[str, Any]) -> "PutRecordsRequestEntryTypeDef":
    return {"Data": json.dumps(record).encode(), "PartitionKey": key}
