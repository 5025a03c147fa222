"""The stock: pieces by article, and what is reserved of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stock_reservation.domain import OutOfStockError, Request
from wellmade_runtime.compensation import CompensationLog

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Stock:
    """A table of pieces at `sku#<article>`, with a mark for each reservation."""

    dynamodb: "DynamoDBClient"
    table: str

    def reserve(self, request: Request) -> None:
        """Take pieces off the stock, once.

        Raises:
            OutOfStockError: If there are too few.
            AlreadyCompensatedError: If this was released before.
            ContradictionError: If it was reserved for an order of this number and other contents.
        """
        try:
            CompensationLog(self.dynamodb, self.table).apply(
                request.step, self._change(request, -request.line.quantity), contents=request.contents()
            )
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][1]["Code"] == "ConditionalCheckFailed":
                raise OutOfStockError("fewer pieces than the line asks for") from error
            raise

    def release(self, request: Request) -> None:
        """Put reserved pieces back, once; what was not reserved cannot be any more.

        Raises:
            ContradictionError: If it was reserved for an order of other contents; then none are put back.
        """
        CompensationLog(self.dynamodb, self.table).compensate(
            request.step, self._change(request, request.line.quantity), contents=request.contents()
        )

    def _change(self, request: Request, pieces: int) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": f"sku#{request.line.sku}"}},
                "UpdateExpression": "ADD pieces :change",
                "ConditionExpression": "pieces >= :least",
                "ExpressionAttributeValues": {
                    ":change": {"N": str(pieces)},
                    ":least": {"N": str(max(-pieces, 0))},
                },
            }
        }
