"""What is asked of the payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from sample_shop.order import Order, order_of
from wellmade_runtime.messages import InvalidMessageError, read_object

Action = Literal["charge", "refund"]


@dataclass(frozen=True, slots=True)
class Request:
    """Money from a customer, or back; who asked waits for an answer with this token."""

    action: Action
    order: Order
    token: str


def parse(body: str) -> Request:
    """Read a request from a message.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    message: Mapping[str, Any] = read_object(body)
    action, token = message.get("action"), message.get("token")
    if action not in ("charge", "refund"):
        raise InvalidMessageError(f"action must be charge or refund, got {action!r}")
    if not isinstance(token, str) or not token:
        raise InvalidMessageError("token must be a task token, got none")
    order = message.get("order")
    return Request(cast(Action, action), order_of(order if isinstance(order, dict) else {}), token)
