"""What an order is, and which are refused."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

LARGEST_AMOUNT = 100_000_000
_ORDER_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RefusedError(Exception):
    """A request that cannot be right; its text is for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer buys, under a number that the sender chose, so that sending it twice is once."""

    order_id: str
    customer: str
    amount_cents: int

    def message(self) -> str:
        """Return what the worker reads."""
        return json.dumps(asdict(self))


def order_of(order_id: str | None, customer: str, body: Any) -> Order:
    """Return the order of a request.

    Raises:
        RefusedError: If a field is missing or out of bounds.
    """
    if not order_id or not _ORDER_ID.fullmatch(order_id):
        raise RefusedError("Idempotency-Key must be 8 to 64 letters, digits or hyphens")
    amount = body.get("amount_cents") if isinstance(body, dict) else None
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= LARGEST_AMOUNT:
        raise RefusedError(f"amount_cents must be a whole number from 1 to {LARGEST_AMOUNT}")
    return Order(order_id, customer, amount)


def customer_of(body: Any) -> str:
    """Return the customer who logs in.

    Raises:
        RefusedError: If the name is missing or too long.
    """
    customer = body.get("customer") if isinstance(body, dict) else None
    if not isinstance(customer, str) or not 0 < len(customer) <= 64:
        raise RefusedError("customer must be 1 to 64 characters")
    return customer
