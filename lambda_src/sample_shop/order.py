"""An order as the steps of a workflow get it: the detail of the event `OrderPlaced`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wellmade_runtime.messages import InvalidMessageError, objects, text, whole_number

_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Line:
    """Some of one article."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """What the steps need of an order."""

    order_id: str
    customer: str
    currency: str
    total_cents: int
    lines: tuple[Line, ...]

    @property
    def pieces(self) -> int:
        """Of all its lines."""
        return sum(line.quantity for line in self.lines)

    def contents(self) -> dict[str, Any]:
        """Return what the order says; every step holds to all of it, besides its identity.

        Two orders of one number differ in some step only: what one step undoes must not be the other order's.
        """
        return asdict(self)


def order_of(message: Mapping[str, Any]) -> Order:
    """Read an order; fields that the steps do not need are left alone.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    currency = text(message, "currency")
    if not _CURRENCY.fullmatch(currency):
        raise InvalidMessageError("currency must be three capital letters")
    return Order(
        order_id=text(message, "order_id"),
        customer=text(message, "customer"),
        currency=currency,
        total_cents=whole_number(message, "total_cents", least=1, most=10**8),
        lines=tuple(
            Line(text(line, "sku"), whole_number(line, "quantity", least=1, most=10_000))
            for line in objects(message, "lines", most=50)
        ),
    )
