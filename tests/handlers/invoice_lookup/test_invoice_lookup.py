import json
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest

from invoice_writer.domain import parse
from invoice_writer.store import Invoices
from tests.handlers.support import Context, client, error, hooked


def ask(
    lookup: ModuleType, path: str = "/invoices/o-1", customer: list[str] | None = None, method: str = "GET"
) -> tuple[int, Any]:
    event = {
        "httpMethod": method,
        "path": path,
        "multiValueHeaders": {"host": ["shop.example"]},
        "multiValueQueryStringParameters": {"customer": customer or []},
    }
    answer = lookup.handler(event, Context())
    assert answer["multiValueHeaders"]["content-type"] == ["application/json"]
    assert "headers" not in answer
    assert answer["statusDescription"].startswith(f"{answer['statusCode']} ")
    return answer["statusCode"], json.loads(answer["body"])


def invoice(order: str, customer: str, cents: int) -> None:
    item = {"pk": {"S": f"invoice#{order}#{customer}"}, "amount_cents": {"N": str(cents)}}
    client("dynamodb").put_item(TableName="invoices", Item=item)


def test_tells_an_invoice_and_that_there_is_none(lookup: ModuleType) -> None:
    invoice("o-1", "ada@x", 250)
    invoice("o-1", "ada", 100)
    assert ask(lookup, customer=["ada"]) == (200, {"order_id": "o-1", "amount_cents": 100})
    assert ask(lookup, customer=["bob"]) == (404, {"error": "there is no such invoice"})
    assert ask(lookup, path="/invoices/o%2D1", customer=["%61da"])[0] == 200


@pytest.mark.parametrize("customer", ["ada@example.com", "Jürgen Groß", "a#b", "c" * 64])
def test_finds_the_invoice_of_every_customer_who_can_have_one(lookup: ModuleType, customer: str) -> None:
    written = parse(json.dumps({"order_id": "order-01", "customer": customer, "amount_cents": 100}))
    Invoices(client("dynamodb"), "invoices").write(written)
    assert ask(lookup, "/invoices/order-01", [quote(customer)]) == (
        200,
        {"order_id": "order-01", "amount_cents": 100},
    )


@pytest.mark.parametrize("customer", [[], ["ada", "bob"]])
def test_asks_for_one_customer(lookup: ModuleType, customer: list[str]) -> None:
    assert ask(lookup, customer=customer) == (400, {"error": "customer must be given once"})


@pytest.mark.parametrize("customer", ["", "c" * 65, "a%00"])
def test_asks_for_a_customer_who_can_have_invoices(lookup: ModuleType, customer: str) -> None:
    status, body = ask(lookup, customer=[customer])
    assert (status, body["error"].partition(" ")[0]) == (400, "customer")


@pytest.mark.parametrize("path", ["/invoices/", "/invoices/a/b", "/invoices/%23", "/other"])
def test_asks_for_an_order(lookup: ModuleType, path: str) -> None:
    assert ask(lookup, path=path, customer=["ada"])[0] == 400


def test_only_reads(lookup: ModuleType) -> None:
    assert ask(lookup, customer=["ada"], method="POST") == (405, {"error": "only GET"})


def test_says_so_when_the_table_does_not_answer(lookup: ModuleType) -> None:
    with hooked(lookup, "before-call.dynamodb.GetItem", error("InternalServerError", 500)):
        assert ask(lookup, customer=["ada"]) == (503, {"error": "please send it again"})
