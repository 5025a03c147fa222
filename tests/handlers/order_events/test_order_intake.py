import base64
import json
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from order_intake import store
from order_intake.store import NotPublishedError
from tests.handlers.order_events.orders import DETAIL, REQUEST
from tests.handlers.support import Context, answer, error, heard, hooked, items, recorded
from wellmade_runtime.identity import ContradictionError

DAY = 24 * 60 * 60


def post(intake: ModuleType, body: object) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    got = intake.handler({"body": text}, Context())
    return got["statusCode"], json.loads(got["body"])


def test_an_order_is_told_with_a_total_of_our_own(intake: ModuleType) -> None:
    assert post(intake, {**REQUEST, "total_cents": 1}) == (202, {"order_id": DETAIL["order_id"]})
    [event] = heard()
    assert (event["detail-type"], event["source"]) == ("OrderPlaced.v1", "shop.orders")
    assert event["detail"] == DETAIL


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "body must be a JSON object"),
        ("[]", "body must be a JSON object"),
        ({**REQUEST, "order_id": ""}, "order_id must be text"),
        ({**REQUEST, "currency": "euro"}, "OrderPlaced.v1: data.currency"),
        ({**REQUEST, "delivery": "rocket"}, "OrderPlaced.v1: data.delivery"),
        ({**REQUEST, "lines": []}, "lines must be a list of 1 to 50, got a list of 0"),
        ({**REQUEST, "lines": [{"sku": "A"}]}, "quantity must be a whole number from 1 to 10000"),
        (
            {**REQUEST, "lines": [{"sku": "A", "quantity": 1e999, "price_cents": 1}]},
            "body must be a JSON object",
        ),
        (
            {**REQUEST, "lines": [{"sku": "A", "quantity": 0, "price_cents": 1}] * 2},
            "quantity must be a whole number",
        ),
    ],
)
def test_what_breaks_the_contract_is_not_published(intake: ModuleType, body: object, field: str) -> None:
    status, said = post(intake, body)
    assert status == 400
    assert field in said["error"]
    assert heard() == []


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalException", "AccessDeniedException"])
def test_a_call_that_fails_is_answered_with_503(intake: ModuleType, code: str) -> None:
    with hooked(intake, "before-call.events.PutEvents", error(code)):
        status, said = post(intake, REQUEST)
    assert (status, said) == (503, {"error": "not taken, please send it again"})
    assert heard() == []


def test_what_the_bus_refuses_is_not_taken(intake: ModuleType) -> None:
    refused = {
        "FailedEntryCount": 1,
        "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow"}],
    }
    with hooked(intake, "before-call.events.PutEvents", lambda **_: answer(refused)):
        assert post(intake, REQUEST) == (503, {"error": "not taken, please send it again"})


def test_makes_two_calls(intake: ModuleType) -> None:
    with recorded(intake) as calls:
        post(intake, REQUEST)
    assert [name for name, _ in calls] == ["PutItem", "PutEvents"]


def test_two_customers_choose_the_same_number_and_have_two_orders(intake: ModuleType) -> None:
    ada, bob = post(intake, REQUEST), post(intake, {**REQUEST, "customer": "bob"})
    assert ada[1] != bob[1]
    assert sorted(event["detail"]["order_id"] for event in heard()) == sorted(
        [ada[1]["order_id"], bob[1]["order_id"]]
    )


def test_a_number_that_was_used_for_another_order_is_refused_before_anybody_hears_of_it(
    intake: ModuleType,
) -> None:
    intake.store.publish(DETAIL)
    intake.store.publish(DETAIL)
    with pytest.raises(ContradictionError):
        intake.store.publish({**DETAIL, "total_cents": 5})
    assert [event["detail"] for event in heard()] == [DETAIL, DETAIL]


def test_a_contradiction_is_answered_with_422(intake: ModuleType) -> None:
    assert post(intake, REQUEST)[0] == 202
    assert post(intake, {**REQUEST, "delivery": "pickup"}) == (
        422,
        {"error": "order_id was used for an order with other contents"},
    )
    assert post(intake, REQUEST)[0] == 202


def test_a_number_stays_taken_for_those_who_know_its_order_for_ever(
    intake: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(intake, REQUEST)[0] == 202
    now, later = time.time(), 6 * DAY
    monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda: now + later))
    assert post(intake, REQUEST)[0] == 202
    later = 8 * DAY
    assert post(intake, REQUEST) == (422, {"error": "order_id was used for an earlier order"})
    [claim] = items("numbers")
    assert int(claim["expiration"]["N"]) > now + 3650 * DAY
    assert len(heard()) == 2


@pytest.mark.parametrize("event", ["before-call.dynamodb", "before-call.events"])
def test_an_order_that_was_not_heard_of_is_published_when_it_is_sent_again(
    intake: ModuleType, event: str
) -> None:
    with hooked(intake, event, error("ThrottlingException")), pytest.raises(NotPublishedError):
        intake.store.publish(DETAIL)
    intake.store.publish(DETAIL)
    assert [each["detail"] for each in heard()] == [DETAIL]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        (
            {"lines": [{"sku": "A", "quantity": 1.0, "price_cents": 150}]},
            400,
            "quantity must be a whole number",
        ),
        ({"customer": "Ada Lovelace"}, 400, "customer must be letters"),
        ({"customer": "a" * 3000}, 400, "customer must be text of 1 to 64 characters"),
        ({"order_id": "o" * 41}, 400, "order_id must be text of 1 to 40 characters"),
        ({"gift": "x" * 70_000}, 413, "body must be at most 64000 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_a_consumer_would_refuse_is_refused_here(
    intake: ModuleType, changes: dict[str, Any], status: int, said: str
) -> None:
    got, answered = post(intake, {**REQUEST, **changes})
    assert got == status
    assert answered["error"].startswith(said)


def test_reads_bodies_that_the_api_encoded(intake: ModuleType) -> None:
    body = base64.b64encode(json.dumps(REQUEST).encode()).decode()
    assert intake.handler({"body": body, "isBase64Encoded": True}, Context())["statusCode"] == 202
    for broken in ("/w==", "é"):
        assert intake.handler({"body": broken, "isBase64Encoded": True}, Context())["statusCode"] == 400
