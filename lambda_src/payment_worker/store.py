"""The payments, and the workflow that waits for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.deed import Deeds
from shared.order import Order
from shared.task_tokens import somebody_waits

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class Payments:
    """A table with what each customer was charged, and a mark for each charge."""

    dynamodb: "DynamoDBClient"
    stepfunctions: "SFNClient"
    table: str

    def charge(self, order: Order) -> None:
        """Take the money, once.

        Raises:
            UndoneError: If it was refunded before.
        """
        Deeds(self.dynamodb, self.table).do(
            f"charge#{order.order_id}", self._change(order, order.total_cents)
        )

    def refund(self, order: Order) -> None:
        """Give the money back, once; what was not charged cannot be any more."""
        Deeds(self.dynamodb, self.table).undo(
            f"charge#{order.order_id}", self._change(order, -order.total_cents)
        )

    def succeeded(self, token: str) -> None:
        """Tell who waits that it is done.

        Raises:
            NobodyWaitsError: If nobody does any more.
        """
        with somebody_waits():
            self.stepfunctions.send_task_success(taskToken=token, output="{}")

    def refused(self, token: str, why: Exception) -> None:
        """Tell who waits that it cannot be done; see `succeeded`."""
        with somebody_waits():
            self.stepfunctions.send_task_failure(
                taskToken=token, error=type(why).__name__, cause=str(why)[:1000]
            )

    def _change(self, order: Order, cents: int) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": f"customer#{order.customer}"}},
                "UpdateExpression": "ADD charged_cents :cents",
                "ExpressionAttributeValues": {":cents": {"N": str(cents)}},
            }
        }
