"""Entries of accounts in a real PostgreSQL, each once, and what is told where it does not answer."""

import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import Context

ENTRY, ACCOUNT = "PUT /accounts/{account}/entries/{entry_id}", "GET /accounts/{account}"


def ask(accounts: ModuleType, route: str, body: object = None, **named: str) -> tuple[int, Any]:
    named = {"account": "ada", "entry_id": "e-1", **named}
    event = {"routeKey": route, "pathParameters": named, "body": json.dumps(body)}
    answer = accounts.handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


def test_entries_add_up_to_a_balance(accounts: ModuleType) -> None:
    for number, cents in enumerate((500, -200, 1)):
        status, entry = ask(accounts, ENTRY, {"cents": cents}, entry_id=f"e-{number}")
        assert (status, entry["cents"]) == (200, cents)
    assert ask(accounts, ACCOUNT) == (200, {"account": "ada", "cents": 301})
    assert ask(accounts, ACCOUNT, account="bob") == (200, {"account": "bob", "cents": 0})


def test_what_is_sent_again_is_booked_once(accounts: ModuleType) -> None:
    assert [ask(accounts, ENTRY, {"cents": 5})[0] for _ in range(2)] == [200, 200]
    assert ask(accounts, ENTRY, {"cents": 6})[0] == 409
    assert ask(accounts, ACCOUNT)[1]["cents"] == 5


@pytest.mark.parametrize("body", [{}, [], {"cents": "5"}, {"cents": 10**13}])
def test_what_is_no_entry_is_refused(accounts: ModuleType, body: object) -> None:
    assert ask(accounts, ENTRY, body)[0] == 400
    assert ask(accounts, ENTRY, {"cents": 5}, entry_id="a b")[0] == 400


def test_the_side_that_does_not_write_reads_and_says_so(
    accounts: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(accounts, ENTRY, {"cents": 5})
    assert ask(accounts, "GET /health") == (200, {})
    monkeypatch.setenv("DATABASE_HOST", "/nowhere")
    assert ask(accounts, ENTRY, {"cents": 5}, entry_id="e-2") == (503, {"error": "please send it again"})
    assert ask(accounts, ACCOUNT)[1]["cents"] == 5
    assert ask(accounts, "GET /health")[0] == 503


def test_a_copy_is_not_where_callers_are_to_be_led(
    accounts: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    assert ask(accounts, "GET /health")[0] == 503
    assert ask(accounts, ENTRY, {"cents": 5}) == (503, {"error": "please send it again"})
    assert ask(accounts, ACCOUNT)[0] == 200
