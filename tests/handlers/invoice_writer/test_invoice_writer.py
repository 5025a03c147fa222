import json
from types import ModuleType
from typing import Any

import pytest

from invoice_writer.domain import parse
from tests.handlers.support import Message, deliver, error, hooked, items, message
from wellmade_runtime.messages import InvalidMessageError


def order(number: int, amount: int = 100, customer: str = "ada") -> Message:
    return message({"order_id": f"order-{number:05}", "customer": customer, "amount_cents": amount})


def totals() -> dict[str, int]:
    return {
        item["pk"]["S"]: int(item["total_cents"]["N"])
        for item in items("invoices")
        if item["pk"]["S"].startswith("customer#")
    }


def test_good_orders_are_invoiced_and_bad_ones_go_back(invoicing: ModuleType) -> None:
    bad = [message("nonsense"), order(3, amount=0)]
    assert deliver(invoicing, order(1), bad[0], order(2, customer="bob"), bad[1]) == bad
    assert totals() == {"customer#ada": 100, "customer#bob": 100}


def test_a_second_delivery_adds_nothing(invoicing: ModuleType) -> None:
    assert deliver(invoicing, order(1)) == []
    assert deliver(invoicing, order(1), order(2)) == []
    assert totals() == {"customer#ada": 200}


def test_another_amount_for_the_same_order_goes_back(invoicing: ModuleType) -> None:
    deliver(invoicing, order(1))
    other = order(1, amount=700)
    assert deliver(invoicing, other) == [other]
    assert totals() == {"customer#ada": 100}


def test_what_cannot_be_written_goes_back(invoicing: ModuleType) -> None:
    sent = order(1)
    with hooked(invoicing, "before-call", error("ThrottlingException")):
        assert deliver(invoicing, sent) == [sent]
    assert items("invoices") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("order_id", "a#b#c#d#e"), ("order_id", "short"), ("customer", ""), ("amount_cents", "5")],
)
def test_refuses_what_no_retry_makes_right(field: str, value: Any) -> None:
    body = {"order_id": "order-00001", "customer": "ada", "amount_cents": 5, field: value}
    with pytest.raises(InvalidMessageError):
        parse(json.dumps(body))
