"""What is asked of the payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from sample_shop.order import Order, order_of
from wellmade_runtime.messages import InvalidMessageError, one_of, read_object

Action = Literal["charge", "refund"]


@dataclass(frozen=True, slots=True)
class Request:
    """Money from a customer, or back; who asked waits for an answer with this token."""

    action: Action
    order: Order
    token: str


class RefusedRequestError(Exception):
    """A request that no repetition makes right, from a workflow that waits for an answer."""

    def __init__(self, token: str, why: InvalidMessageError) -> None:
        super().__init__(str(why))
        self.token = token


def parse(body: str) -> Request:
    """Read a request from a message.

    Raises:
        InvalidMessageError: If there is no token to answer with.
        RefusedRequestError: If another field is missing or out of bounds.
    """
    message: Mapping[str, Any] = read_object(body)
    token = message.get("token")
    if not isinstance(token, str) or not token:
        raise InvalidMessageError("token must be a task token, got none")
    order = message.get("order")
    try:
        action = cast(Action, one_of(message, "action", "charge", "refund"))
        return Request(action, order_of(order if isinstance(order, dict) else {}), token)
    except InvalidMessageError as error:
        raise RefusedRequestError(token, error) from None
