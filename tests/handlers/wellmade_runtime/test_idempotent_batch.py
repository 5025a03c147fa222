"""A batch and its repetitions: done once, in few calls, whatever of it fails."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response

from tests.handlers.support import Aws, Context, Crash, client, items, message
from wellmade_runtime.idempotency import idempotency_config
from wellmade_runtime.idempotent_batch import IdempotentBatchProcessor
from wellmade_runtime.idempotent_work import IdempotentWork
from wellmade_runtime.identity import KeyTooLongError

Order = dict[str, Any]


class Shop:
    """Work that is noted, and fails for some."""

    def __init__(self, *, writes: bool) -> None:
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.unwritable: set[str] = set()
        self.calls: list[str] = []
        self.config = idempotency_config(key="id", payload="amount")
        self.dynamodb = client("dynamodb")
        how: dict[str, Any] = {"writes": self.write} if writes else {"work": self.work}
        self.once = IdempotentWork(
            lambda record: json.loads(record.body),
            **how,
            dynamodb=self.dynamodb,
            table="claims",
            config=self.config,
            name="shop",
        )

    def work(self, order: Order) -> str:
        if order["id"] in self.failing | self.unwritable:
            raise ConnectionError
        self.done.append(order["id"])
        return f"did {order['id']}"

    def write(self, order: Order) -> list[Any]:
        if order["id"] in self.unwritable:
            raise KeyTooLongError
        item = {"pk": {"S": order["id"]}, "amount": {"N": str(order["amount"])}}
        if order["id"] in self.failing:
            return [
                {"Put": {"TableName": "shop", "Item": item, "ConditionExpression": "attribute_exists(pk)"}}
            ]
        return [{"Put": {"TableName": "shop", "Item": item}}]

    def deliver(self, *orders: Order, remaining: int = 60_000) -> list[str]:
        """Deliver a batch; return the identities of what is to come again."""
        self.config.register_lambda_context(Context(remaining))  # type: ignore[arg-type] # the one method it uses
        sent = [message(order) for order in orders]
        processor = IdempotentBatchProcessor(self.once, logger=Logger(service="shop"))
        answer = process_partial_response({"Records": sent}, self.once.do_alone, processor)
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        return [json.loads(each["body"])["id"] for each in sent if each["messageId"] in failed]


@pytest.fixture(params=[False, True], ids=["work", "writes"])
def shop(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Shop]:
    aws.table("shop", pk="S")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDEMPOTENCY_TABLE", "claims")
        shop = Shop(writes=request.param)

        def note(*, model: Any, **_: Any) -> None:
            shop.calls.append(model.name)

        shop.dynamodb.meta.events.register("before-call.dynamodb", note, unique_id="note")
        yield shop
        shop.dynamodb.meta.events.unregister("before-call.dynamodb", unique_id="note")


def effects(shop: Shop) -> list[str]:
    """Return what was done, however it is done."""
    return sorted([*shop.done, *(item["pk"]["S"] for item in items("shop"))])


def orders(*names: str, amount: int = 1) -> list[Order]:
    return [{"id": name, "amount": amount} for name in names]


def test_all_are_done_in_few_calls(shop: Shop) -> None:
    assert shop.deliver(*orders(*"abcdefghij")) == []
    assert shop.calls == ["TransactWriteItems"] * (2 if shop.done else 1)
    assert effects(shop) == list("abcdefghij")
    assert {item["status"]["S"] for item in items("claims")} == {"COMPLETED"}


def test_what_was_done_before_is_not_done_again_and_the_others_are(shop: Shop) -> None:
    assert shop.deliver(*orders("a", "c")) == []
    assert shop.deliver(*orders("a", "b", "c", "d")) == []
    assert effects(shop) == ["a", "b", "c", "d"]


def test_twice_in_one_batch_is_once(shop: Shop) -> None:
    assert shop.deliver(*orders("a", "a", "b", "a")) == []
    assert effects(shop) == ["a", "b"]


def test_a_contradiction_goes_back_alone(shop: Shop) -> None:
    shop.deliver(*orders("a"))
    assert shop.deliver(*orders("a", amount=2), *orders("b")) == ["a"]
    assert shop.deliver(*orders("c"), *orders("c", amount=2)) == ["c"]
    assert effects(shop) == ["a", "b", "c"]


def test_one_that_fails_goes_back_alone_and_can_be_claimed_again(shop: Shop) -> None:
    shop.failing = {"b"}
    assert shop.deliver(*orders("a", "b", "c")) == ["b"]
    shop.failing = set()
    assert shop.deliver(*orders("b")) == []
    assert effects(shop) == ["a", "b", "c"]


def test_what_cannot_be_written_goes_back_alone(shop: Shop) -> None:
    shop.unwritable = {"b"}
    assert shop.deliver(*orders("a", "b", "c", "b")) == ["b", "b"]
    assert effects(shop) == ["a", "c"]


def test_what_has_no_identity_keeps_no_other_from_being_done(shop: Shop) -> None:
    with pytest.warns(UserWarning, match="No idempotency key"):
        shop.deliver({"id": None, "amount": 1}, *orders("a"))
    assert "a" in {*shop.done, *(item["pk"]["S"] for item in items("shop"))}
    assert len(items("claims")) == 1


def test_what_cannot_be_read_goes_back_alone(shop: Shop) -> None:
    shop.config.register_lambda_context(Context())  # type: ignore[arg-type] # the one method it uses
    sent = [message("nonsense"), message(orders("a")[0])]
    processor = IdempotentBatchProcessor(shop.once, logger=Logger(service="shop"))
    answer = process_partial_response({"Records": sent}, shop.once.do_alone, processor)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [sent[0]["messageId"]]
    assert effects(shop) == ["a"]


@pytest.mark.parametrize("event", ["before-call", "after-call"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_crash_at_any_call_is_finished_by_the_redelivery(shop: Shop, event: str, at: int) -> None:
    count = [0]

    def crash(**_: Any) -> None:
        count[0] += 1
        if count[0] == at:
            raise Crash

    shop.dynamodb.meta.events.register(f"{event}.dynamodb", crash, unique_id="crash")
    try:
        shop.deliver(*orders("a", "b"), remaining=0)
    except Crash:
        pass
    finally:
        shop.dynamodb.meta.events.unregister(f"{event}.dynamodb", unique_id="crash")
    assert shop.deliver(*orders("a", "b")) == []
    assert set(effects(shop)) == {"a", "b"}
    assert {item["status"]["S"] for item in items("claims")} == {"COMPLETED"}


def test_work_that_another_invocation_claimed_goes_back(shop: Shop) -> None:
    shop.config.register_lambda_context(Context())  # type: ignore[arg-type] # the one method it uses
    claim: Any = shop.once.claim(orders("a")[0])
    shop.dynamodb.put_item(TableName="claims", Item=claim["Put"]["Item"])
    assert shop.deliver(*orders("a", "b")) == ["a"]
    assert effects(shop) == ["b"]
