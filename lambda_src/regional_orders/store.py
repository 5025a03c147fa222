"""Where orders are kept: the replica of this region."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regional_orders.domain import ConflictError, NotFoundError, Order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = "pk"


@dataclass(frozen=True, slots=True)
class Store:
    """The table of orders, by tenant and number."""

    dynamodb: "DynamoDBClient"
    table: str

    def write(self, order: Order) -> None:
        """Keep the next version of an order; the same again changes nothing, since its answer may be lost.

        Raises:
            ConflictError: If the order is not of the version before.
        """
        follows = "attribute_not_exists(pk)" if order.version == 1 else "#version = :before"
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=_item(order),
                ConditionExpression=follows,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_before(order),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            kept: Any = error.response
            if _order(kept.get("Item", {})) != order:
                raise ConflictError from None

    def read(self, tenant: str, order_id: str) -> Order:
        """Return an order.

        Raises:
            NotFoundError: If there is none.
        """
        key = {KEY: {"S": _key(tenant, order_id)}}
        found = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        order = _order(found.get("Item", {}))
        if order is None:
            raise NotFoundError
        return order

    def look(self) -> None:
        """Read something, which fails where the replica does, or where its region is cut off from the others.

        With strong consistency an eventual read goes on there, and neither writes nor consistent reads do.
        """
        self.dynamodb.get_item(TableName=self.table, Key={KEY: {"S": "health"}}, ConsistentRead=True)


def _key(tenant: str, order_id: str) -> str:
    return f"order#{tenant}#{order_id}"


def _before(order: Order) -> dict[str, Any]:
    if order.version == 1:
        return {}
    return {
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":before": {"N": str(order.version - 1)}},
    }


def _item(order: Order) -> dict[str, Any]:
    return {
        KEY: {"S": _key(order.tenant, order.order_id)},
        "tenant": {"S": order.tenant},
        "order_id": {"S": order.order_id},
        "amount_cents": {"N": str(order.amount_cents)},
        "version": {"N": str(order.version)},
        "written_at": {"N": str(time.time_ns())},
    }


def _order(item: Mapping[str, Any]) -> Order | None:
    if not item:
        return None
    numbers = (int(item[name]["N"]) for name in ("amount_cents", "version"))
    return Order(item["tenant"]["S"], item["order_id"]["S"], *numbers)
