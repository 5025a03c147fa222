"""Invoices in a table, each with its share of the customer's total, both or neither."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from invoice_writer.domain import Invoice
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

_WRITTEN_BEFORE = "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Invoices:
    """The table of invoices, as the program `invoice_worker` writes it."""

    dynamodb: "DynamoDBClient"
    table: str

    def write(self, invoice: Invoice) -> None:
        """Write an invoice and add it to the customer's total; a second delivery adds nothing.

        Raises:
            ContradictionError: If the order was invoiced before with another amount.
        """
        customer = invoice.customer
        amount: AttributeValueTypeDef = {"N": str(invoice.amount_cents)}
        new: dict[str, AttributeValueTypeDef] = {
            "pk": {"S": f"invoice#{invoice.order_id}#{customer}"},
            "customer": {"S": customer},
        }
        writes: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self.table,
                    "Item": {**new, "amount_cents": amount},
                    "ConditionExpression": "attribute_not_exists(pk)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            },
            {
                "Update": {
                    "TableName": self.table,
                    "Key": {"pk": {"S": f"customer#{customer}"}},
                    "UpdateExpression": "ADD total_cents :amount, invoices :one",
                    "ExpressionAttributeValues": {":amount": amount, ":one": {"N": "1"}},
                }
            },
        ]
        try:
            # Of one customer several orders may be written at once, whose total they all add to.
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as cancelled:
            _refuse_contradiction(cancelled, amount)


def _refuse_contradiction(cancelled: "ClientError", amount: "AttributeValueTypeDef") -> None:
    first: Any = cancelled.response["CancellationReasons"][0]
    if first["Code"] != _WRITTEN_BEFORE:
        raise cancelled
    if first["Item"]["amount_cents"] != amount:
        raise ContradictionError("the order was invoiced before with another amount") from None
