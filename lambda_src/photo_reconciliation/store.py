"""The inbox, the quarantine and the table of a pipeline, and where the report goes."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from photo_reconciliation.domain import Arrived, Mismatches
from wellmade_runtime.file_store import key_beside

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

MEBIBYTE = 2**20
OF_THE_RUNTIME = 128 * MEBIBYTE
"""What Python, the SDK and a page of answers take, rounded up."""
OF_A_SET = 200
"""Bytes that a set and its copy take for an entry at most, besides the key: while they grow there are two."""
REPORTS = "reconciliation/"
"""Where reports are in the bucket of results."""
_REASON = ".reason.json"
"""What the pipeline puts beside each file in quarantine."""


class TooManyPhotosError(Exception):
    """There are more than the function's memory holds: give it more, or compare one prefix a job."""


def room_of(megabytes: int) -> int:
    """Return how many bytes a function of this memory has for each of the two kinds of keys.

    Raises:
        ValueError: If there is none: each run would fail, whatever there is to compare.
    """
    room = megabytes * MEBIBYTE - OF_THE_RUNTIME
    if room <= 0:
        raise ValueError(f"{megabytes} MB are what Python itself takes: give the function 256 MB or more")
    return room // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Reads a page of 1,000 keys or of 1 MB of rows at a time, and keeps the keys alone.

    Needs `s3:ListBucket`, `dynamodb:Scan` and `s3:PutObject`.
    """

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    inbox: str
    prefix: str
    """Of keys in the inbox, and in quarantine."""
    quarantine: str
    results: str
    table: str
    room: int
    """Bytes for keys of rows, and as many for those of reasons: they come in no order to merge them by."""

    def arrived(self) -> Iterator[Arrived]:
        """Yield each photograph in the inbox."""
        for entry in self._listed(self.inbox):
            key = entry["Key"]
            yield Arrived(key, entry["LastModified"].timestamp(), key_beside(key, _REASON))

    def rows(self) -> set[str]:
        """Return the keys that rows are of."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ProjectionExpression="pk")
        return self._bounded(item["pk"]["S"] for page in pages for item in page["Items"])

    def reasons(self) -> set[str]:
        """Return where the reasons of refused files are; that of a long key has a shorter name."""
        keys = (entry["Key"] for entry in self._listed(self.quarantine))
        return self._bounded(key for key in keys if key.endswith(_REASON))

    def keep(self, name: str, found: Mismatches) -> str:
        """Write the report of a run; return its key."""
        key = f"{REPORTS}{name}.json"
        body = json.dumps(asdict(found), indent=2)
        self.s3.put_object(Bucket=self.results, Key=key, Body=body, ContentType="application/json")
        return key

    def _bounded(self, keys: Iterable[str]) -> set[str]:
        """Return them all.

        Raises:
            TooManyPhotosError: If they are too many; a function that runs out of memory says no word of why.
        """
        found: set[str] = set()
        left = self.room
        for key in keys:
            found.add(key)
            left -= sys.getsizeof(key) + OF_A_SET
            if left < 0:
                raise TooManyPhotosError(f"there is room for {len(found) - 1} keys: see its docstring")
        return found

    def _listed(self, bucket: str) -> "Iterator[ObjectTypeDef]":
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=self.prefix)
        for page in pages:
            yield from page.get("Contents", [])
