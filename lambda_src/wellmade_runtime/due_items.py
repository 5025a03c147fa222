"""Items that are due at a time, found by a sparse index: those without a time are not in it."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 4
"""Partitions of the index, each of which takes a thousand writes a second."""
SHARD, DUE = "due_shard", "due"
"""Partition and sort key of the index."""
INDEX = "due"


def due_at(key: str, epoch: float) -> dict[str, Any]:
    """Return the attributes by which the index finds an item at a time, to be written with it."""
    return {SHARD: {"S": str(zlib.crc32(key.encode()) % SHARDS)}, DUE: {"N": f"{epoch:.3f}"}}


@dataclass(frozen=True, slots=True)
class DueItems:
    """What is due in a table; needs `dynamodb:Query`.

    Args:
        dynamodb: The client.
        table: The table, whose index `due` has the partition key `due_shard` and the sort key `due`, a
            number.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def until(self, epoch: float) -> "Iterator[Mapping[str, Any]]":
        """Yield the items that are due at a time, of each shard the oldest first."""
        for shard in range(SHARDS):
            pages = self.dynamodb.get_paginator("query").paginate(
                TableName=self.table,
                IndexName=INDEX,
                KeyConditionExpression="#shard = :shard AND #due <= :until",
                ExpressionAttributeNames={"#shard": SHARD, "#due": DUE},
                ExpressionAttributeValues={":shard": {"S": str(shard)}, ":until": {"N": f"{epoch:.3f}"}},
            )
            for page in pages:
                yield from page["Items"]
