"""Invoices in a table, each with its share of the customer's total, both or neither."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invoice_worker.domain import Invoice

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITTEN_BEFORE = "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Invoices:
    """The table of invoices."""

    dynamodb: "DynamoDBClient"
    table: str

    def write(self, invoice: Invoice) -> bool:
        """Write an invoice and add it to the customer's total; False where that was done before.

        One transaction does both, so that a worker that is killed leaves all or nothing, and a second
        delivery adds nothing.
        """
        try:
            self.dynamodb.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self.table,
                            "Item": {
                                "pk": {"S": f"invoice#{invoice.order_id}"},
                                "customer": {"S": invoice.customer},
                                "amount_cents": {"N": str(invoice.amount_cents)},
                            },
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                    {
                        "Update": {
                            "TableName": self.table,
                            "Key": {"pk": {"S": f"customer#{invoice.customer}"}},
                            "UpdateExpression": "ADD total_cents :amount, invoices :one",
                            "ExpressionAttributeValues": {
                                ":amount": {"N": str(invoice.amount_cents)},
                                ":one": {"N": "1"},
                            },
                        }
                    },
                ]
            )
        except self.dynamodb.exceptions.TransactionCanceledException as cancelled:
            first = cancelled.response["CancellationReasons"][0]["Code"]
            if first != _WRITTEN_BEFORE:
                raise
            return False
        return True
