"""The payments, and the workflow that waits for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_shop.order import Order
from wellmade_runtime.compensation import CompensationLog
from wellmade_runtime.task_tokens import task_token_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class Payments:
    """A table with what each customer was charged, and the state of each charge."""

    dynamodb: "DynamoDBClient"
    stepfunctions: "SFNClient"
    table: str

    def charge(self, order: Order) -> None:
        """Take the money, once.

        Raises:
            AlreadyCompensatedError: If it was refunded before.
        """
        CompensationLog(self.dynamodb, self.table).apply(
            f"charge#{order.order_id}", self._change(order, order.total_cents)
        )

    def refund(self, order: Order) -> None:
        """Give the money back, once; what was not charged cannot be any more."""
        CompensationLog(self.dynamodb, self.table).compensate(
            f"charge#{order.order_id}", self._change(order, -order.total_cents)
        )

    def succeeded(self, token: str) -> None:
        """Tell who waits that it is done.

        Raises:
            TaskNotWaitingError: If nobody does any more.
        """
        with task_token_errors():
            self.stepfunctions.send_task_success(taskToken=token, output="{}")

    def refused(self, token: str, why: Exception) -> None:
        """Tell who waits that it cannot be done; see `succeeded`."""
        with task_token_errors():
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
