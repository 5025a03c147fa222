"""The event `OrderPlaced.v1`, as its consumers read it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wellmade_runtime.contracts import EventContracts
from wellmade_runtime.messages import InvalidMessageError, read_object
from wellmade_runtime.strict_json import kind

NAME = "OrderPlaced.v1"
CONTRACTS = EventContracts(Path(__file__).parent / "contracts")


@dataclass(frozen=True, slots=True)
class Line:
    """Some of one article."""

    sku: str
    quantity: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """What a customer ordered; money is in the smallest unit of the currency."""

    order_id: str
    customer: str
    currency: str
    total_cents: int
    delivery: str
    lines: tuple[Line, ...]
    placed_at: str
    """When, as EventBridge tells it: `2026-11-26T18:00:00Z`."""

    def contents(self) -> dict[str, Any]:
        """Return what the order says, which is the same however often it is published."""
        contents = asdict(self)
        del contents["placed_at"]
        return contents


def parse(body: str) -> OrderPlaced:
    """Read the event from a queue's message, as EventBridge delivers it.

    Raises:
        InvalidMessageError: If it is no event of this name and version.
        BrokenContractError: If its detail is not what the contract says.
    """
    event = read_object(body)
    if event.get("detail-type") != NAME or not isinstance(event.get("detail"), dict):
        raise InvalidMessageError(f"must be the event {NAME}, got {kind(event.get('detail-type'))}")
    detail: dict[str, Any] = event["detail"]
    CONTRACTS.check(NAME, detail)
    return OrderPlaced(
        order_id=detail["order_id"],
        customer=detail["customer"],
        currency=detail["currency"],
        total_cents=detail["total_cents"],
        delivery=detail["delivery"],
        lines=tuple(Line(line["sku"], line["quantity"], line["price_cents"]) for line in detail["lines"]),
        placed_at=str(event.get("time")),
    )
