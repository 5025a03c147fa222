"""The outbox: what is to be sent to customers, each note once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.identity import FINGERPRINT, fingerprint, refuse_contradiction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Outbox:
    """Notes by order, so that a second delivery writes the same one."""

    dynamodb: "DynamoDBClient"
    table: str

    def put(self, order_id: str, customer: str, note: str, *, contents: object) -> bool:
        """Keep a note for the customer; return False when it was kept before.

        Raises:
            ContradictionError: If a note of the same order and other contents was kept before.
        """
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item={
                    "pk": {"S": order_id},
                    "customer": {"S": customer},
                    "note": {"S": note},
                    FINGERPRINT: {"S": fingerprint(contents)},
                },
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            kept: Any = error.response
            refuse_contradiction(kept["Item"], contents, "order")
            return False
        return True
