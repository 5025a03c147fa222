"""What a customer may ask for, and the event that it becomes."""

import re
from collections.abc import Mapping
from typing import Any

from sample_shop.order_placed import CONTRACTS, NAME
from wellmade_runtime.contracts import BrokenContractError
from wellmade_runtime.identity import scoped
from wellmade_runtime.messages import InvalidMessageError, objects, text, whole_number

MOST_BYTES = 64_000
"""Of a request: what it becomes passes a bus, a topic, a queue and a workflow, each with its envelope."""
LONGEST_ID = 40
"""Characters of the customer's own number; the event's, which is longer, has at most 64."""
_CUSTOMER = re.compile(r"[!-~]+")
"""What the queue of payments takes as a message group.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""


def order_placed(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return the detail of the event for an order; the sum is ours to count, not the customer's.

    Two customers may choose the same number: the event's is of this customer alone, and starts with it.

    Raises:
        InvalidMessageError: If the order is not one; it names the field.
    """
    number, customer = text(order, "order_id", most=LONGEST_ID), text(order, "customer", most=64)
    if not _CUSTOMER.fullmatch(customer):
        raise InvalidMessageError("customer must be letters, digits and punctuation of ASCII, without spaces")
    detail = {**order, "order_id": scoped(customer, number), "total_cents": _total(order)}
    try:
        CONTRACTS.check(NAME, detail)
    except BrokenContractError as error:
        raise InvalidMessageError(str(error)) from None
    return detail


def _total(order: Mapping[str, Any]) -> int:
    return sum(
        whole_number(line, "quantity", least=1, most=10_000)
        * whole_number(line, "price_cents", least=0, most=10**8)
        for line in objects(order, "lines", most=50)
    )
