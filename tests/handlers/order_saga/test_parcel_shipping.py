from types import ModuleType
from typing import Any

import pytest

from tests.handlers.order_saga.orders import order
from tests.handlers.support import Context, Crash, hooked, items
from wellmade_runtime.messages import InvalidMessageError


def ask(parcels: ModuleType, action: str, **changes: Any) -> Any:
    return parcels.handler({"action": action, "order": order(**changes)}, Context())


def states() -> dict[str, str]:
    return {item["pk"]["S"]: item["state"]["S"] for item in items("parcels")}


def test_ships_once(parcels: ModuleType) -> None:
    assert ask(parcels, "ship") is None
    assert ask(parcels, "ship") is None
    assert states() == {"parcel#o-1": "applied"}


def test_cancels_also_what_was_not_shipped_yet(parcels: ModuleType) -> None:
    ask(parcels, "cancel")
    assert ask(parcels, "ship")["rejected"] == "AlreadyCompensatedError"
    assert states() == {"parcel#o-1": "compensated"}


def test_takes_a_parcel_back(parcels: ModuleType) -> None:
    ask(parcels, "ship")
    ask(parcels, "cancel")
    ask(parcels, "cancel")
    assert states() == {"parcel#o-1": "compensated"}


def test_refuses_what_no_parcel_takes(parcels: ModuleType) -> None:
    assert ask(parcels, "ship", quantity=101) == {
        "rejected": "NotShippableError",
        "why": "the order has 101 pieces, a parcel takes 100",
    }
    assert states() == {}


def test_a_parcel_that_is_done_while_it_is_cancelled_is_cancelled(parcels: ModuleType) -> None:
    nested: list[None] = []

    def meanwhile(**_: object) -> None:
        if not nested:
            nested.append(None)
            ask(parcels, "ship")

    with hooked(parcels, "after-call.dynamodb", meanwhile):
        ask(parcels, "cancel")
    assert states() == {"parcel#o-1": "compensated"}


def test_repeated_after_a_crash_it_is_shipped_once(parcels: ModuleType) -> None:
    def crash(**_: object) -> None:
        raise Crash

    with hooked(parcels, "after-call.dynamodb", crash), pytest.raises(Crash):
        ask(parcels, "ship")
    ask(parcels, "ship")
    assert states() == {"parcel#o-1": "applied"}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"action": "throw", "order": order()}, "action must be ship or cancel, got text of 5 characters"),
        ({"action": "ship"}, "currency must be text"),
        (
            {"action": "ship", "order": {**order(), "lines": [{"sku": "A"}]}},
            "quantity must be a whole number",
        ),
    ],
)
def test_refuses_what_it_cannot_read(parcels: ModuleType, event: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidMessageError, match=said):
        parcels.handler(event, Context())
