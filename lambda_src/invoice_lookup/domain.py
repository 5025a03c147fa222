"""What is asked of invoices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from wellmade_runtime.messages import InvalidMessageError

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Question:
    """Whose invoice for which order."""

    order_id: str
    customer: str


def question_of(path: str, customers: Sequence[str]) -> Question:
    """Return what a request asks.

    Raises:
        InvalidMessageError: If the path names no order, or there is not one customer.
    """
    order_id = unquote(path.rpartition("/invoices/")[2])
    if not _NAME.fullmatch(order_id):
        raise InvalidMessageError("the path must be /invoices/ and an order's number")
    if len(customers) != 1 or not _NAME.fullmatch(customers[0]):
        raise InvalidMessageError("customer must be given once")
    return Question(order_id, customers[0])
