"""Where orders are kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from order_worker.domain import Order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Store:
    """The table of orders, by order number."""

    dynamodb: "DynamoDBClient"
    table: str

    def writes(self, order: Order) -> "list[TransactWriteItemTypeDef]":
        """Return what keeps an order; keeping it again changes nothing."""
        item: dict[str, AttributeValueTypeDef] = {
            "pk": {"S": order.order_id},
            "sku": {"S": order.sku},
            "quantity": {"N": str(order.quantity)},
        }
        return [{"Put": {"TableName": self.table, "Item": item}}]
