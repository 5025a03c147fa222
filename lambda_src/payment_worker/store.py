"""The payments, and the workflow that waits for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_shop.order import Order
from wellmade_runtime.compensation import CompensationLog
from wellmade_runtime.identity import partition_key
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
            ContradictionError: If the order was charged with another amount, currency or customer.
        """
        CompensationLog(self.dynamodb, self.table).apply(
            _step(order), self._change(order, order.total_cents), contents=order.contents()
        )

    def refund(self, order: Order) -> None:
        """Give the money back, once; what was not charged cannot be any more.

        Raises:
            ContradictionError: If another amount, currency or customer was charged; nothing is given back.
        """
        CompensationLog(self.dynamodb, self.table).compensate(
            _step(order), self._change(order, -order.total_cents), contents=order.contents()
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
        """Add to what a customer was charged in one currency; no refund takes it below zero."""
        change: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": partition_key("customer", order.currency, order.customer)}},
                "UpdateExpression": "ADD charged_cents :cents",
                "ExpressionAttributeValues": {":cents": {"N": str(cents)}},
            }
        }
        if cents < 0:
            change["Update"]["ConditionExpression"] = "charged_cents >= :charged"
            change["Update"]["ExpressionAttributeValues"] = {
                ":cents": {"N": str(cents)},
                ":charged": {"N": str(-cents)},
            }
        return change


def _step(order: Order) -> str:
    return partition_key("charge", order.order_id)
