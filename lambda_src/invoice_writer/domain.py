"""What an invoice is."""

import re
from dataclasses import dataclass

from wellmade_runtime.messages import InvalidMessageError, read_object, text, whole_number

LARGEST_AMOUNT = 100_000_000
_ORDER_ID = re.compile("[A-Za-z0-9-]{8,64}")
"""Without `#`, which keys are put together with."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a customer owes for one order."""

    order_id: str
    customer: str
    amount_cents: int


def parse(body: str) -> Invoice:
    """Return the invoice for an order; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    order = read_object(body)
    order_id = text(order, "order_id", most=64)
    if not _ORDER_ID.fullmatch(order_id):
        raise InvalidMessageError("order_id must be 8 to 64 letters, digits or hyphens")
    amount = whole_number(order, "amount_cents", least=1, most=LARGEST_AMOUNT)
    return Invoice(order_id, text(order, "customer", most=64), amount)
