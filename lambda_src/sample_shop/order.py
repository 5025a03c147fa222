"""An order as the steps of a workflow get it: the detail of the event `OrderPlaced`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade_runtime.messages import text, whole_number


@dataclass(frozen=True, slots=True)
class Order:
    """What the steps need of an order."""

    order_id: str
    customer: str
    total_cents: int
    pieces: int


def order_of(message: Mapping[str, Any]) -> Order:
    """Read an order; fields that the steps do not need are left alone.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    lines = message.get("lines") or [{}]
    return Order(
        order_id=text(message, "order_id"),
        customer=text(message, "customer"),
        total_cents=whole_number(message, "total_cents", least=1, most=10**8),
        pieces=sum(whole_number(line, "quantity", least=1, most=10_000) for line in lines),
    )
