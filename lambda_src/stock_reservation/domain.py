"""What is asked of the stock: pieces of one article, for one line of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from wellmade_runtime.messages import InvalidMessageError, one_of, text, whole_number
from wellmade_runtime.strict_json import kind

Action = Literal["reserve", "release"]


class OutOfStockError(Exception):
    """There are not so many pieces; no repetition fixes that."""


@dataclass(frozen=True, slots=True)
class Request:
    """Some of one article."""

    action: Action
    order_id: str
    line: int
    sku: str
    quantity: int

    @property
    def step(self) -> str:
        """What identifies the step, however often it is asked for."""
        return f"reserved#{self.order_id}#{self.line}"

    def contents(self) -> dict[str, Any]:
        """Return what is reserved, and can be released."""
        return {"sku": self.sku, "quantity": self.quantity}


def parse(event: Mapping[str, Any]) -> Request:
    """Read a request of the workflow.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    action = one_of(event, "action", "reserve", "release")
    item = event.get("item")
    if not isinstance(item, dict):
        raise InvalidMessageError(f"item must be a line of an order, got {kind(item)}")
    return Request(
        action=cast(Action, action),
        order_id=text(event, "order_id"),
        line=whole_number(event, "line", least=0, most=1000),
        sku=text(item, "sku"),
        quantity=whole_number(item, "quantity", least=1, most=10_000),
    )
