"""What an invoice is."""

import json
from dataclasses import dataclass
from typing import Any


class MalformedError(Exception):
    """A message that no retry makes right."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a customer owes for one order."""

    order_id: str
    customer: str
    amount_cents: int


def invoice_of(body: str) -> Invoice:
    """Return the invoice for an order; fields that it does not know are left to later versions.

    Raises:
        MalformedError: If the message is no order; the text names the field.
    """
    try:
        order = json.loads(body)
    except ValueError:
        raise MalformedError("the body is no JSON") from None
    if not isinstance(order, dict):
        raise MalformedError("the body is no object")
    amount = order.get("amount_cents")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise MalformedError("amount_cents is no positive whole number")
    return Invoice(_text(order, "order_id"), _text(order, "customer"), amount)


def _text(order: dict[str, Any], field: str) -> str:
    value = order.get(field)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"{field} is no text")
    return value
