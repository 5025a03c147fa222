"""The outbox: what is to be sent to customers, each note once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Outbox:
    """Notes by order, so that a second delivery writes the same one."""

    dynamodb: "DynamoDBClient"
    table: str

    def put(self, order_id: str, customer: str, note: str) -> None:
        """Keep a note for the customer; keeping it again changes nothing."""
        self.dynamodb.put_item(
            TableName=self.table,
            Item={"pk": {"S": order_id}, "customer": {"S": customer}, "note": {"S": note}},
        )
