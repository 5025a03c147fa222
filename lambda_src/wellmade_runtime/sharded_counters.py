"""Counters that many write at once: each is kept in shards, written to one and read from all."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.batch_write import ATTEMPTS, TableBusyError, pause_before
from wellmade_runtime.idempotent_counter import IdempotentCounters
from wellmade_runtime.identity import partition_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 100
"""Most items that one BatchGetItem takes."""
SHARDS = 16
"""An item takes 1,000 writes a second; 16 of them take what a front page gets, and read in one call.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html
"""


def shard_of(identity: str, shards: int) -> int:
    """Return the shard that an identity picks, always the same."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4]) % shards


@dataclass(frozen=True, slots=True)
class ShardedCounters:
    """Counters by name in a table of items `<name>#<shard>`.

    Args:
        dynamodb: The client.
        table: The table; its partition key is `pk`.
        shards: How many items a counter has; raise it at any time, never lower it. Default: 16.
    """

    dynamodb: "DynamoDBClient"
    table: str
    shards: int = SHARDS

    def increment_idempotently(
        self, event_id: str, amounts: Mapping[str, int], *, contents: object = None
    ) -> bool:
        """Add to counters for an event; return False when it was counted before.

        The event picks the shard, so that a retry goes to the same one and events spread over all. For
        arguments and errors see `IdempotentCounters`.
        """
        shard = shard_of(event_id, self.shards)
        added = {f"{name}#{shard}": {"count": amount} for name, amount in amounts.items()}
        counters = IdempotentCounters(self.dynamodb, self.table)
        said = amounts if contents is None else contents
        return counters.increment_idempotently(event_id, added, contents=said)

    def read(self, name: str) -> int:
        """Return the sum of a counter's shards.

        Raises:
            InvalidKeyError: If no counter can have that name.
            TableBusyError: If some shards are left unread after every attempt: a part is no sum.
        """
        keys = [partition_key(f"{name}#{shard}") for shard in range(self.shards)]
        return sum(
            count for at in range(0, self.shards, BATCH) for count in self._counts(keys[at : at + BATCH])
        )

    def _counts(self, keys: Sequence[str]) -> Iterator[int]:
        wanted: Mapping[str, Any] = {
            self.table: {"Keys": [{"pk": {"S": key}} for key in keys], "ConsistentRead": True}
        }
        for attempt in range(ATTEMPTS):
            pause_before(attempt)
            answer = self.dynamodb.batch_get_item(RequestItems=wanted)
            for item in answer["Responses"].get(self.table, []):
                yield int(item["count"]["N"])
            wanted = answer["UnprocessedKeys"]
            if not wanted:
                return
        raise TableBusyError(f"{self.table} left shards of a counter unread after {ATTEMPTS} attempts")
