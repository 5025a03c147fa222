"""Change counters for an event once, however often it is delivered."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.transaction import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEPT_SECONDS = 35 * 24 * 60 * 60
"""How long an event is remembered: longer than a queue keeps it (14 days) or a hub's archive (30 days)."""
MOST_ITEMS = 100
"""What one transaction of DynamoDB takes, the mark included."""


def mark(table: str, key: str) -> "TransactWriteItemTypeDef":
    """Return the write of a mark that must not be there yet, for the first place in a transaction."""
    expires = int(time.time()) + KEPT_SECONDS
    return {
        "Put": {
            "TableName": table,
            "Item": {"pk": {"S": key}, "expiration": {"N": str(expires)}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


@dataclass(frozen=True, slots=True)
class Counters:
    """A table of whole numbers by key, with a mark for each event that was counted.

    The mark and the counts are one transaction: of two deliveries one counts, also when they come at once.
    Marks expire after 35 days, by the attribute `expiration`.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def add_once(self, event_id: str, amounts: Mapping[str, Mapping[str, int]]) -> bool:
        """Add to the numbers of some keys; return False when the event was counted before.

        Args:
            event_id: What identifies the event, whoever delivers it.
            amounts: By key, the attributes with what is added to each; at most 99 keys.
        """
        writes = [
            mark(self.table, f"counted#{event_id}"),
            *(self._add(key, amounts[key]) for key in sorted(amounts)),
        ]
        try:
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
                raise
            return False
        return True

    def _add(self, key: str, amounts: Mapping[str, int]) -> "TransactWriteItemTypeDef":
        names = {f"#{index}": name for index, name in enumerate(amounts)}
        values = {f":{index}": {"N": str(amount)} for index, amount in enumerate(amounts.values())}
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": key}},
                "UpdateExpression": "ADD " + ", ".join(f"#{i} :{i}" for i in range(len(names))),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }
