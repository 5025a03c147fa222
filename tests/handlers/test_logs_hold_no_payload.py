"""No handler writes what was sent into its log: cut off, of a wrong kind, or contradicting what is kept."""

import json
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.clickstream.clicks import click
from tests.handlers.order_events.orders import REQUEST, told
from tests.handlers.order_saga.orders import line, order
from tests.handlers.support import (
    Context,
    answer,
    change,
    deliver,
    error,
    hooked,
    message,
    read,
    stream_record,
)

MARK = "4111111111111111"


def variants(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message cut off, with the mark in each field, as text, as a number and as what it is not."""
    text = json.dumps({**body, "card": MARK})
    yield text[:-1]
    yield MARK
    yield f"[{MARK}"
    for field in body:
        for value in (MARK, int(MARK), [MARK], {MARK: MARK}, MARK * 30, float(MARK), f"{MARK}\0"):
            yield json.dumps({**body, field: value})


def log(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err + caplog.text


QUEUES: dict[str, Mapping[str, Any]] = {
    "consumer": told(),
    "orders": {"order_id": "o-1", "sku": "A", "quantity": 1},
    "ledger": {"account": "a", "entry_id": "1", "amount_cents": 5},
    "payments": {"action": "charge", "order": order(), "token": "t"},
    "ingest": {"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]},
}


@pytest.mark.parametrize("name", [name for name in QUEUES if name != "consumer"])
def test_messages_of_queues(
    name: str,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    handler: ModuleType = request.getfixturevalue(name)
    with hooked(handler, "before-call.sfn", lambda **_: answer({})):
        for body in variants(QUEUES[name]):
            deliver(handler, message(body, group="one"))
    if name == "payments":
        for changes in ({"customer": MARK}, {"currency": MARK}, {"cents": int(MARK)}):
            asked = {"action": "charge", "order": order(**changes), "token": "t"}
            with hooked(handler, "before-call.sfn", error("TaskTimedOut")):
                deliver(handler, message(asked, group="one"))
    assert MARK not in log(capsys, caplog)


def test_events_of_consumers(
    consumer: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for body in variants(told()):
        deliver(consumer, message(body))
    for field in told()["detail"]:
        deliver(consumer, message(told(**{field: MARK})))
        deliver(consumer, message(told(**{field: int(MARK)})))
    assert MARK not in log(capsys, caplog)


@pytest.mark.parametrize("name", ["counters", "scores"])
def test_records_of_streams(
    name: str,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    handler: ModuleType = request.getfixturevalue(name)
    for body in variants(click(1)):
        read(handler, stream_record(body))
    assert MARK not in log(capsys, caplog)


def test_changes_of_scores(
    cases: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for image in (
        {"pk": {"S": MARK}},
        {"pk": {"S": "a"}, "clicks": {"S": MARK}, "suspicious": {"BOOL": True}},
    ):
        read(cases, change(image))
    assert MARK not in log(capsys, caplog)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("intake", lambda body: {"body": body}),
        ("clicks", lambda body: {"body": json.dumps({"clicks": [body]})}),
        ("clicks", lambda body: {"body": body}),
    ],
)
def test_requests(
    name: str,
    given: Callable[[str], dict[str, Any]],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    handler: ModuleType = request.getfixturevalue(name)
    for body in variants(REQUEST if name == "intake" else click(1)):
        handler.handler(given(body), Context())
    assert MARK not in log(capsys, caplog)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("reservations", line("reserve")),
        ("parcels", {"action": "ship", "order": order(quantity=101)}),
        ("answering", {"id": "q", "answer": "approve", "by": "ada"}),
    ],
)
def test_requests_of_workflows(
    name: str,
    asked: dict[str, Any],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is raised is in the log too: Lambda writes it there."""
    handler: ModuleType = request.getfixturevalue(name)
    said = []
    for body in list(variants(asked))[3:]:
        try:
            handler.handler(json.loads(body), Context())
        except Exception as raised:  # noqa: BLE001 - Lambda logs whatever it is
            said.append(str(raised))
    assert MARK not in log(capsys, caplog) + " ".join(said)
