"""What is asked of invoices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from wellmade_runtime.messages import InvalidMessageError, text

LONGEST_CUSTOMER = 64
"""Characters, of any kind: what those who write invoices take, such as an address of mail."""
_NUMBER = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Question:
    """Whose invoice for which order."""

    order_id: str
    customer: str


def question_of(path: str, customers: Sequence[str]) -> Question:
    """Return what a request asks.

    Raises:
        InvalidMessageError: If the path names no order, or there is not one customer, as invoices have them.
    """
    order_id = unquote(path.rpartition("/invoices/")[2])
    if not _NUMBER.fullmatch(order_id):
        raise InvalidMessageError("the path must be /invoices/ and an order's number")
    if len(customers) != 1:
        raise InvalidMessageError("customer must be given once")
    return Question(order_id, text({"customer": customers[0]}, "customer", most=LONGEST_CUSTOMER))
