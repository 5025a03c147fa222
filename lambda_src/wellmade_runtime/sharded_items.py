"""Items of one key that many write at once: scattered over shards, and gathered in their order."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.identity import partition_key, sort_key
from wellmade_runtime.sharded_counters import shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 8
"""A partition takes 1,000 writes a second; each shard is one more query for whoever reads."""


@dataclass(frozen=True, slots=True)
class ShardedItems:
    """Items by key and sort key, in a table with `pk` of `<key>#<shard>` and `sk`.

    For what many write under one key, such as today's events; what is read by its own key needs no shards.

    Args:
        dynamodb: The client.
        table: The table; its partition key is `pk` and its sort key `sk`, both text.
        shards: Over how many each key is spread; raise it at any time, never lower it. Default: 8.
    """

    dynamodb: "DynamoDBClient"
    table: str
    shards: int = SHARDS

    def put(self, key: str, sort: str, attributes: Mapping[str, Any]) -> None:
        """Write an item; written again it replaces itself, since its sort key picks the shard.

        Raises:
            KeyTooLongError: If the key with its shard is over 2,048 bytes, or the sort key over 1,024.
            InvalidKeyError: If the sort key is empty, or one of them holds half of a surrogate pair.
        """
        sort = sort_key(sort)
        place = {"pk": {"S": self._place(key, shard_of(sort, self.shards))}, "sk": {"S": sort}}
        self.dynamodb.put_item(TableName=self.table, Item={**attributes, **place})

    def read(self, key: str, *, backwards: bool = False) -> Iterator[Mapping[str, Any]]:
        """Yield the items of a key in the order of their sort keys; pages are fetched as they are needed.

        Args:
            key: Of all shards.
            backwards: Begin with the last. Default: with the first.

        Raises:
            InvalidKeyError: If `put` takes no such key either.
        """
        shards = [self._shard(self._place(key, shard), backwards=backwards) for shard in range(self.shards)]
        yield from heapq.merge(*shards, key=lambda item: item["sk"]["S"], reverse=backwards)

    def _place(self, key: str, shard: int) -> str:
        # A refusal names no key: it may be what a stranger has sent.
        return partition_key(f"{key}#{shard}")

    def _shard(self, pk: str, *, backwards: bool) -> Iterator[Mapping[str, Any]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ScanIndexForward=not backwards,
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]
