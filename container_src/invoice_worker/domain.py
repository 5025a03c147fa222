"""What an invoice is."""

import re
from dataclasses import dataclass
from typing import Any

from invoice_worker.strict_json import InvalidJsonError, read_json

LARGEST_AMOUNT = 100_000_000
LONGEST_TEXT = 64
_ORDER_ID = re.compile("[A-Za-z0-9-]{8,64}")
"""What the service takes for the number of an order; without `#`, which keys are put together with."""


class MalformedError(Exception):
    """A message that no retry makes right."""


class ContradictionError(MalformedError):
    """An order of a customer that was invoiced before with another amount."""


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
        order = read_json(body)
    except InvalidJsonError as error:
        raise MalformedError(f"the body is no JSON: {error}") from None
    if not isinstance(order, dict):
        raise MalformedError("the body is no object")
    amount = order.get("amount_cents")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= LARGEST_AMOUNT:
        raise MalformedError(f"amount_cents is no whole number from 1 to {LARGEST_AMOUNT}")
    order_id = _text(order, "order_id")
    if not _ORDER_ID.fullmatch(order_id):
        raise MalformedError("order_id is not 8 to 64 letters, digits or hyphens")
    return Invoice(order_id, _text(order, "customer"), amount)


def _text(order: dict[str, Any], field: str) -> str:
    value = order.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise MalformedError(f"{field} is no text of 1 to {LONGEST_TEXT} characters")
    return value
