"""The service's log repeats nothing of what a request says, whichever way it is answered."""

import json
import logging

import psycopg
import pytest
from starlette.testclient import TestClient

from order_api.app import Api
from tests.handlers.marked import MARK, listening, variants


def test_the_log_holds_no_payload(
    api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise psycopg.OperationalError(f"the connection ended; the order of {MARK} is not known")

    with TestClient(api.asgi()) as client, listening(logging.getLogger()) as said:
        for body in variants({"customer": MARK}):
            client.post("/sessions", content=body)
        token = client.post("/sessions", json={"customer": MARK}).json()["session"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": MARK}
        for body in variants({"amount_cents": 250}):
            client.post("/orders", content=body, headers=headers)
            client.post("/orders", content=body, headers={**headers, "Idempotency-Key": f"{MARK}#"})
            client.post("/orders", content=body, headers={**headers, "Authorization": f"Bearer {MARK}"})
        for number in (MARK, f"{MARK}%00", MARK * 20):
            client.get(f"/orders/{number}", headers=headers)
        monkeypatch.setattr(api.orders, "place", away)
        placed = client.post("/orders", content=json.dumps({"amount_cents": 250}), headers=headers)
    assert placed.status_code == 503
    assert any("a dependency is away" in line for line in said)
    # The test's own client writes the addresses that it asks for.
    lines = [
        *(line for line in said if "'name': 'httpx'" not in line),
        *"".join(capsys.readouterr()).splitlines(),
    ]
    assert [line for line in lines if MARK in line] == []
