"""What is asked of the stock: pieces of one article, for one line of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from sample_shop.order import Line, Order, order_of
from wellmade_runtime.messages import InvalidMessageError, one_of, whole_number
from wellmade_runtime.strict_json import kind

Action = Literal["reserve", "release"]


class OutOfStockError(Exception):
    """There are not so many pieces; no repetition fixes that."""


@dataclass(frozen=True, slots=True)
class Request:
    """Some of one article."""

    action: Action
    order: Order
    at: int

    @property
    def line(self) -> Line:
        """What is reserved or released."""
        return self.order.lines[self.at]

    @property
    def step(self) -> str:
        """What identifies the step, however often it is asked for."""
        return f"reserved#{self.order.order_id}#{self.at}"

    def contents(self) -> dict[str, Any]:
        """Return for what it is reserved, and alone released: the order; others may have such a line."""
        return self.order.contents()


def parse(event: Mapping[str, Any]) -> Request:
    """Read a request of the workflow.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    action = one_of(event, "action", "reserve", "release")
    given = event.get("order")
    if not isinstance(given, dict):
        raise InvalidMessageError(f"order must be an order, got {kind(given)}")
    order = order_of(given)
    at = whole_number(event, "line", least=0, most=len(order.lines) - 1)
    return Request(cast(Action, action), order, at)
