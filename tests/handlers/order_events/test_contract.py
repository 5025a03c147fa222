"""The contract between the producer of orders and its consumers, in one suite: whoever breaks it sees it."""

import json
from types import ModuleType

import pytest

from order_intake.domain import order_placed
from sample_shop.order_placed import CONTRACTS as CHECKED
from sample_shop.order_placed import Line, OrderPlaced, parse
from tests.handlers.order_events.orders import DETAIL, REQUEST, told
from tests.handlers.support import Context, deliver, heard, message
from wellmade.contracts import Contracts
from wellmade.kit.packaging import bundled_handlers
from wellmade_runtime.contracts import BrokenContractError

CONTRACTS = Contracts(bundled_handlers() / "sample_shop" / "contracts")


def test_nothing_breaks_what_consumers_were_promised() -> None:
    assert CONTRACTS.problems() == []


def test_every_contract_is_promised() -> None:
    """Otherwise the next change of it could not be compared: `wellmade contracts --release` does it."""
    assert set(CONTRACTS.current) == set(CONTRACTS.released)


def test_what_the_producer_publishes_keeps_the_contract() -> None:
    CHECKED.check("OrderPlaced.v1", order_placed(REQUEST))


def test_every_consumer_takes_what_the_producer_publishes(intake: ModuleType, consumer: ModuleType) -> None:
    intake.handler({"body": json.dumps(REQUEST)}, Context())
    [event] = heard()
    assert deliver(consumer, message(event)) == []


@pytest.mark.parametrize("field", sorted(CONTRACTS.released["OrderPlaced.v1"].document["required"]))
def test_every_promised_field_is_checked(field: str) -> None:
    lacking = {name: value for name, value in DETAIL.items() if name != field}
    with pytest.raises(BrokenContractError, match=field):
        CHECKED.check("OrderPlaced.v1", lacking)


def test_consumers_read_every_field_as_it_was_told() -> None:
    assert parse(json.dumps(told())) == OrderPlaced(
        order_id=DETAIL["order_id"],
        customer="ada",
        currency="EUR",
        total_cents=1150,
        delivery="parcel",
        lines=(Line("A", 2, 150), Line("B", 1, 700), Line("A", 1, 150)),
        placed_at="2026-11-26T18:00:00Z",
    )
