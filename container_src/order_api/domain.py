"""What an order is, and which are refused."""

import json
import re
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from order_api.strict_json import problem_of

LARGEST_AMOUNT = 100_000_000
LONGEST_NAME = 64
ORDER_ID = "[A-Za-z0-9-]{8,64}"
_ORDER_ID = re.compile(ORDER_ID)


class RefusedError(Exception):
    """A request that cannot be right, however often it is sent; its text is for whoever sent it."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status


class OtherOrderError(RefusedError):
    """A key that the customer has used for another order.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07#section-2.7
    """

    def __init__(self) -> None:
        used = "Idempotency-Key was used for an order with another amount"
        super().__init__(used, HTTPStatus.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer buys, under a number that the customer chose, so that sending it twice is once."""

    order_id: str
    customer: str
    amount_cents: int

    def message(self) -> str:
        """Return what the worker reads."""
        return json.dumps(asdict(self))


def is_order_id(text: str) -> bool:
    """Tell whether a text can be the number of an order."""
    return bool(_ORDER_ID.fullmatch(text))


def order_of(order_id: str | None, customer: str, body: Any) -> Order:
    """Return the order of a request.

    Raises:
        RefusedError: If a field is missing or out of bounds.
    """
    if not order_id or not is_order_id(order_id):
        raise RefusedError("Idempotency-Key must be 8 to 64 letters, digits or hyphens")
    amount = body.get("amount_cents") if isinstance(body, dict) else None
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= LARGEST_AMOUNT:
        raise RefusedError(f"amount_cents must be a whole number from 1 to {LARGEST_AMOUNT}")
    return Order(order_id, customer, amount)


def customer_of(body: Any) -> str:
    """Return the customer who logs in.

    Raises:
        RefusedError: If the name is missing, too long, or no text that can be kept.
    """
    customer = body.get("customer") if isinstance(body, dict) else None
    if not isinstance(customer, str) or not 0 < len(customer) <= LONGEST_NAME:
        raise RefusedError(f"customer must be 1 to {LONGEST_NAME} characters")
    if problem := problem_of(customer):
        raise RefusedError(f"customer {problem}")
    return customer
