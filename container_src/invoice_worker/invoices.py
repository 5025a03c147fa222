"""Invoices in a table, each with its share of the customer's total, both or neither."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from invoice_worker.domain import ContradictionError, Invoice
from invoice_worker.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_WRITTEN_BEFORE = "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Invoices:
    """The table of invoices."""

    dynamodb: "DynamoDBClient"
    table: str

    def write(self, invoice: Invoice) -> bool:
        """Write an invoice and add it to the customer's total; False where that was done before.

        One transaction does both, so that a worker that is killed leaves all or nothing, and a second
        delivery adds nothing. An order's number belongs to its customer.

        Raises:
            ContradictionError: If the order was invoiced before with another amount.
        """
        writes: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self.table,
                    "Item": {
                        "pk": {"S": f"invoice#{invoice.order_id}#{invoice.customer}"},
                        "customer": {"S": invoice.customer},
                        "amount_cents": {"N": str(invoice.amount_cents)},
                    },
                    "ConditionExpression": "attribute_not_exists(pk)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
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
        try:
            # Other workers may write for the same customer, whose total they all add to.
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as cancelled:
            first: Any = cancelled.response["CancellationReasons"][0]
            if first["Code"] != _WRITTEN_BEFORE:
                raise
            if first["Item"]["amount_cents"]["N"] != str(invoice.amount_cents):
                raise ContradictionError("the order was invoiced before with another amount") from None
            return False
        return True
