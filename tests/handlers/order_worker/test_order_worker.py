from types import ModuleType
from typing import Any

import pytest

from order_worker.domain import Order, parse
from tests.handlers.support import Crash, deliver, error, hooked, items, message, recorded
from wellmade_runtime.messages import InvalidMessageError

ORDER: dict[str, Any] = {"order_id": "o-1", "sku": "A", "quantity": 2}


def crash(**_: Any) -> None:
    raise Crash


def refuse_orders(*, params: dict[str, Any], **_: Any) -> Any:
    """Let claims pass and nothing else."""
    return error("ThrottlingException")() if '"orders"' in str(params["body"]) else None


def refuse_batches(*, params: dict[str, Any], **_: Any) -> Any:
    """Let single orders pass, and no transaction of several."""
    return error("ThrottlingException")() if str(params["body"]).count('"orders"') > 1 else None


def written(calls: list[tuple[str, dict[str, Any]]]) -> set[tuple[str, str]]:
    """Return what was done to which table, by the action that it takes."""
    return {
        (f"{action}Item", write["TableName"])
        for _, parameters in calls
        for each in parameters.get("TransactItems", ())
        for action, write in each.items()
    } | {(name, parameters["TableName"]) for name, parameters in calls if "TableName" in parameters}


def test_good_orders_are_kept_and_bad_ones_go_back(orders: ModuleType) -> None:
    good = [message({**ORDER, "order_id": f"o-{number}"}) for number in range(3)]
    bad = [message("nonsense"), message({**ORDER, "quantity": 0})]
    assert deliver(orders, good[0], bad[0], good[1], bad[1], good[2]) == bad
    assert sorted(item["pk"]["S"] for item in items("orders")) == ["o-0", "o-1", "o-2"]


def test_order_is_kept_as_it_was_sent(orders: ModuleType) -> None:
    deliver(orders, message(ORDER))
    assert items("orders") == [{"pk": {"S": "o-1"}, "sku": {"S": "A"}, "quantity": {"N": "2"}}]


def test_duplicate_writes_nothing(orders: ModuleType) -> None:
    deliver(orders, message(ORDER))
    with recorded(orders) as calls:
        assert deliver(orders, message(ORDER)) == []
    assert {name for name, _ in calls} == {"TransactWriteItems", "PutItem"}
    assert [item["quantity"]["N"] for item in items("orders")] == ["2"]


def test_same_number_with_other_contents_goes_back(orders: ModuleType) -> None:
    deliver(orders, message(ORDER))
    other = message({**ORDER, "quantity": 3})
    assert deliver(orders, other) == [other]
    assert [item["quantity"]["N"] for item in items("orders")] == ["2"]


def test_failed_write_is_tried_again(orders: ModuleType) -> None:
    sent = message(ORDER)
    with hooked(orders, "before-call.dynamodb", refuse_orders):
        assert deliver(orders, sent) == [sent]
    assert deliver(orders, sent) == []
    assert len(items("orders")) == 1


@pytest.mark.parametrize(
    "event", ["before-call.dynamodb.TransactWriteItems", "after-call.dynamodb.TransactWriteItems"]
)
def test_redelivery_finishes_what_a_crash_left(orders: ModuleType, event: str) -> None:
    sent = message(ORDER)
    with hooked(orders, event, crash), pytest.raises(Crash):
        deliver(orders, sent, remaining=0)
    assert deliver(orders, sent) == []
    assert len(items("orders")) == 1
    assert [claim["status"]["S"] for claim in items("claims")] == ["COMPLETED"]


def test_a_batch_takes_one_call(orders: ModuleType) -> None:
    with recorded(orders) as calls:
        assert deliver(orders, *(message({**ORDER, "order_id": f"o-{n}"}) for n in range(10))) == []
    assert [name for name, _ in calls] == ["TransactWriteItems"]
    assert len(items("orders")) == len(items("claims")) == 10


def test_orders_of_a_batch_that_is_refused_are_kept_one_by_one(orders: ModuleType) -> None:
    sent = [message({**ORDER, "order_id": f"o-{n}"}) for n in range(3)]
    with hooked(orders, "before-call.dynamodb", refuse_batches):
        assert deliver(orders, *sent) == []
    assert len(items("orders")) == 3
    assert {claim["status"]["S"] for claim in items("claims")} == {"COMPLETED"}


def test_actions_and_resources(orders: ModuleType) -> None:
    with recorded(orders) as calls:
        deliver(orders, message(ORDER), message({**ORDER, "order_id": "o-2"}))
        deliver(orders, message(ORDER))
        with hooked(orders, "before-call.dynamodb", refuse_orders):
            deliver(orders, message({**ORDER, "order_id": "o-3"}))
        with hooked(orders, "before-call.dynamodb", refuse_batches):
            deliver(orders, *(message({**ORDER, "order_id": f"o-{n}"}) for n in (4, 5)))
    assert written(calls) == {
        ("PutItem", "orders"),
        ("PutItem", "claims"),
        ("UpdateItem", "claims"),
        ("DeleteItem", "claims"),
    }


def test_parses_an_order_and_leaves_unknown_fields_to_later_versions() -> None:
    assert parse('{"order_id": "o-1", "sku": "A", "quantity": 1, "gift": true}') == Order("o-1", "A", 1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{}", "order_id must be text of 1 to 256 characters, got nothing"),
        ('{"order_id": "o-1"}', "sku must be text of 1 to 256 characters, got nothing"),
        (
            '{"order_id": "o-1", "sku": "A", "quantity": 0}',
            "quantity must be a whole number from 1 to 1000000, got one out of bounds",
        ),
        (
            '{"order_id": "o-1", "sku": "A", "quantity": 1.5}',
            "quantity must be a whole number .*, got a number with a fraction",
        ),
    ],
)
def test_refuses_a_bad_order(body: str, said: str) -> None:
    with pytest.raises(InvalidMessageError, match=f"^{said}$"):
        parse(body)
