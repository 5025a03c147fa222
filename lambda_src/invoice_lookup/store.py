"""Where invoices are kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invoice_lookup.domain import Question

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Invoices:
    """The table that the invoice worker fills."""

    dynamodb: "DynamoDBClient"
    table: str

    def amount_of(self, question: Question) -> int | None:
        """Return the amount of an invoice in cents; None where there is no such invoice yet."""
        key = {"pk": {"S": f"invoice#{question.order_id}#{question.customer}"}}
        found = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        return int(found["amount_cents"]["N"]) if found else None
