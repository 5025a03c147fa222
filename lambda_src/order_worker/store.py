"""Where orders are kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from order_worker.domain import Order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Store:
    """The table of orders, by order number."""

    dynamodb: "DynamoDBClient"
    table: str

    def put(self, *, order: Order) -> None:
        """Keep an order; keeping it again changes nothing."""
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": order.order_id},
                "sku": {"S": order.sku},
                "quantity": {"N": str(order.quantity)},
            },
        )
