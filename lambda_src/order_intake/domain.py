"""What a customer may ask for, and the event that it becomes."""

from collections.abc import Mapping
from typing import Any

from sample_shop.order_placed import CONTRACTS, NAME
from wellmade_runtime.contracts import BrokenContractError
from wellmade_runtime.messages import InvalidMessageError


def order_placed(order: Mapping[str, Any], order_id: str) -> dict[str, Any]:
    """Return the detail of the event for an order; the sum is ours to count, not the customer's.

    Raises:
        InvalidMessageError: If the order is not one; it names the field.
    """
    lines = order.get("lines")
    detail = {**order, "order_id": order_id, "total_cents": _total(lines)}
    try:
        CONTRACTS.check(NAME, detail)
    except BrokenContractError as error:
        raise InvalidMessageError(str(error)) from error
    return detail


def _total(lines: Any) -> int:
    try:
        return sum(int(line["quantity"]) * int(line["price_cents"]) for line in lines)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidMessageError("lines must be a list of {sku, quantity, price_cents}") from error
