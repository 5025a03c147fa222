import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.order_events.orders import DETAIL, REQUEST
from tests.handlers.support import Context, answer, error, heard, hooked, recorded


def post(intake: ModuleType, body: object) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    got = intake.handler({"body": text}, Context())
    return got["statusCode"], json.loads(got["body"])


def test_an_order_is_told_with_a_total_of_our_own(intake: ModuleType) -> None:
    assert post(intake, {**REQUEST, "total_cents": 1}) == (202, {"order_id": "o-1"})
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
        ({**REQUEST, "lines": []}, "OrderPlaced.v1: data.total_cents"),
        ({**REQUEST, "lines": [{"sku": "A"}]}, "lines must be a list of {sku, quantity, price_cents}"),
        (
            {**REQUEST, "lines": [{"sku": "A", "quantity": 1e999, "price_cents": 1}]},
            "lines must be a list of",
        ),
        ({**REQUEST, "lines": [{"sku": "A", "quantity": 0, "price_cents": 1}] * 2}, "OrderPlaced.v1: data"),
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


def test_makes_one_call(intake: ModuleType) -> None:
    with recorded(intake) as calls:
        post(intake, REQUEST)
    assert [name for name, _ in calls] == ["PutEvents"]
