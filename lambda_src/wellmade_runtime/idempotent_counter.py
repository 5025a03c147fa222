"""Counters that an event increments once, however often it is delivered."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellmade_runtime.identity import FINGERPRINT, fingerprint, is_repetition, partition_key
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MARKER_RETENTION_SECONDS = 35 * 24 * 60 * 60
"""How long an event is known: longer than a queue keeps it (14 days) or an event archive (30 days)."""
MARKER = "counted"
"""What the keys of markers begin with, and those of counters must not."""
MOST_ITEMS = 100
"""What one transaction of DynamoDB takes, the marker included."""


def idempotency_marker(table: str, key: str, contents: object) -> "TransactWriteItemTypeDef":
    """Return the write of an item that must not be there yet, for the first place in a transaction.

    With it a transaction takes effect once: `pk` is the key, and the item expires after 35 days. Where it is
    there, `identity.is_repetition` tells whether it was written for the same contents.
    """
    expires = int(time.time()) + MARKER_RETENTION_SECONDS
    return {
        "Put": {
            "TableName": table,
            "Item": {
                "pk": {"S": key},
                "expiration": {"N": str(expires)},
                FINGERPRINT: {"S": fingerprint(contents)},
            },
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


@dataclass(frozen=True, slots=True)
class IdempotentCounters:
    """A table of whole numbers by key, with a marker for each event that was counted.

    The marker and the counts are one transaction: of two deliveries one counts, also when they come at once.
    Markers expire after 35 days, by the attribute `expiration`.

    Args:
        dynamodb: The client.
        table: The table; its partition key is `pk`.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def increment_idempotently(
        self, event_id: str, amounts: Mapping[str, Mapping[str, int]], *, contents: object = None
    ) -> bool:
        """Add to the numbers of some keys; return False when the event was counted before.

        Args:
            event_id: What identifies the event, whoever delivers it.
            amounts: By key, the attributes with what is added to each; at most 99 keys.
            contents: What the event says, as JSON values: with the same identity and other contents it is
                refused. Default: the amounts.

        Raises:
            ContradictionError: If an event of this identity and other contents was counted before.
            KeyTooLongError: If the identity or a key is over DynamoDB's 2,048 bytes.
        """
        said = amounts if contents is None else contents
        writes = [
            idempotency_marker(self.table, partition_key(MARKER, event_id), said),
            *(self._add(key, amounts[key]) for key in sorted(amounts)),
        ]
        try:
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if is_repetition(error, said, "event"):
                return False
            raise
        return True

    def _add(self, key: str, amounts: Mapping[str, int]) -> "TransactWriteItemTypeDef":
        if key.startswith(f"{MARKER}#"):
            raise ValueError(f"a counter's key must not begin with {MARKER}#, as markers do")
        names = {f"#{index}": name for index, name in enumerate(amounts)}
        values = {f":{index}": {"N": str(amount)} for index, amount in enumerate(amounts.values())}
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": partition_key(key)}},
                "UpdateExpression": "ADD " + ", ".join(f"#{i} :{i}" for i in range(len(names))),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }
