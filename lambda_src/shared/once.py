"""Change counters for an event once, however often it is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_ITEMS = 100
"""What one transaction of DynamoDB takes, the mark included."""


@dataclass(frozen=True, slots=True)
class Counters:
    """A table of whole numbers by key, with a mark for each event that was counted.

    The mark and the counts are one transaction: of two deliveries one counts, also when they come at once.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def add_once(self, event_id: str, amounts: Mapping[str, Mapping[str, int]]) -> bool:
        """Add to the numbers of some keys; return False when the event was counted before.

        Args:
            event_id: What identifies the event, whoever delivers it.
            amounts: By key, the attributes with what is added to each; at most 99 keys.
        """
        writes = [self._mark(event_id), *(self._add(key, amounts[key]) for key in sorted(amounts))]
        try:
            self.dynamodb.transact_write_items(TransactItems=writes)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
                raise
            return False
        return True

    def _mark(self, event_id: str) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table,
                "Item": {"pk": {"S": f"counted#{event_id}"}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

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
