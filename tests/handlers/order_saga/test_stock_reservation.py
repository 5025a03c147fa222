import random
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.order_saga.orders import line
from tests.handlers.support import Context, Crash, client, error, hooked
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.messages import InvalidMessageError


def stock_up(pieces: int, sku: str = "A") -> None:
    item = {"pk": {"S": f"sku#{sku}"}, "pieces": {"N": str(pieces)}}
    client("dynamodb").put_item(TableName="stock", Item=item)


def pieces(sku: str = "A") -> int:
    item = client("dynamodb").get_item(TableName="stock", Key={"pk": {"S": f"sku#{sku}"}})["Item"]
    return int(item["pieces"]["N"])


def ask(handler: ModuleType, request: dict[str, Any]) -> Any:
    return handler.handler(request, Context())


def test_reserves_once_and_releases_once(reservations: ModuleType) -> None:
    stock_up(10)
    for _ in range(3):
        ask(reservations, line("reserve"))
    assert pieces() == 8
    for _ in range(3):
        ask(reservations, line("release"))
    assert pieces() == 10


def test_lines_of_an_order_are_reserved_each(reservations: ModuleType) -> None:
    stock_up(10)
    ask(reservations, line("reserve", at=0))
    ask(reservations, line("reserve", at=1))
    assert pieces() == 6


def test_what_is_not_there_is_not_reserved(reservations: ModuleType) -> None:
    stock_up(1)
    assert ask(reservations, line("reserve")) == {
        "rejected": "OutOfStockError",
        "why": "fewer pieces than the line asks for",
    }
    assert ask(reservations, line("reserve", sku="unheard of"))["rejected"] == "OutOfStockError"
    assert pieces() == 1


def test_a_release_that_comes_first_keeps_the_reservation_out(reservations: ModuleType) -> None:
    stock_up(10)
    ask(reservations, line("release"))
    assert ask(reservations, line("reserve"))["rejected"] == "AlreadyCompensatedError"
    assert pieces() == 10


def test_released_for_good(reservations: ModuleType) -> None:
    stock_up(10)
    ask(reservations, line("reserve"))
    ask(reservations, line("release"))
    assert ask(reservations, line("reserve"))["rejected"] == "AlreadyCompensatedError"
    assert pieces() == 10


def test_an_order_of_the_same_number_releases_nothing_of_the_first(reservations: ModuleType) -> None:
    """Its charge is refused, and its workflow undoes what it did, which was nothing."""
    stock_up(10)
    first = line("reserve")
    other = {**first, "order": {**first["order"], "customer": "eve"}}
    ask(reservations, first)
    assert ask(reservations, other)["rejected"] == "ContradictionError"
    with pytest.raises(ContradictionError):
        ask(reservations, {**other, "action": "release"})
    assert pieces() == 8


@pytest.mark.parametrize("action", ["reserve", "release"])
@pytest.mark.parametrize("event", ["before-call.dynamodb", "after-call.dynamodb"])
def test_repeated_after_a_crash_it_is_done_once(reservations: ModuleType, action: str, event: str) -> None:
    def crash(**_: object) -> None:
        raise Crash

    stock_up(10)
    ask(reservations, line("reserve", "other"))
    if action == "release":
        ask(reservations, line("reserve"))
    with hooked(reservations, event, crash), pytest.raises(Crash):
        ask(reservations, line(action))
    ask(reservations, line(action))
    assert pieces() == (6 if action == "reserve" else 8)


def test_throttling_is_raised_for_the_workflow(reservations: ModuleType) -> None:
    stock_up(10)
    with (
        hooked(reservations, "before-call.dynamodb", error("ThrottlingException")),
        pytest.raises(Exception, match="ThrottlingException"),
    ):
        ask(reservations, line("reserve"))
    assert pieces() == 10


def test_done_and_undone_at_once_and_in_any_order_nothing_is_lost(reservations: ModuleType) -> None:
    stock_up(1000)
    chance = random.Random(2)  # noqa: S311 - an order of calls, no secret
    calls = [line(action, f"o-{n}") for n in range(60) for action in ("reserve", "reserve", "release")]
    chance.shuffle(calls)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda request: ask(reservations, request), calls))
    refused = [call["action"] for call, answer in zip(calls, answers, strict=True) if answer]
    assert set(refused) == {"reserve"}
    assert pieces() == 1000


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"action": "sell"}, "action must be reserve or release, got text of 4 characters"),
        ({"action": "reserve"}, "order must be an order, got nothing"),
        (line("reserve", number=""), "order_id must be text"),
        (line("reserve", at=2), "line must be a whole number from 0 to 1, got one out of bounds"),
        (
            line("reserve", quantity=0),
            "quantity must be a whole number from 1 to 10000, got one out of bounds",
        ),
    ],
)
def test_refuses_what_it_cannot_read(reservations: ModuleType, request_: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidMessageError, match=said):
        ask(reservations, request_)
