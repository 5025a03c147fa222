"""The saga of an order as deployed: done as a whole, compensated backwards, asked about, and never done twice."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

STOCK = 1000


class Shop:
    """What the tests do with the deployed saga, and what they read back."""

    def __init__(
        self, cloud: LocalCloud, outputs: Mapping[str, str], eventually: Callable[..., None]
    ) -> None:
        self.cloud, self.outputs, self.eventually = cloud, outputs, eventually
        self.sfn = cloud.client("stepfunctions")

    def stock_up(self, *skus: str) -> None:
        for sku in skus:
            item = {"pk": {"S": f"sku#{sku}"}, "pieces": {"N": str(STOCK)}}
            self.cloud.client("dynamodb").put_item(TableName=self.outputs["SagaStockTableName"], Item=item)

    def start(self, order: Mapping[str, Any]) -> str:
        arn: str = self.sfn.start_execution(stateMachineArn=self.outputs["SagaArn"], input=json.dumps(order))[
            "executionArn"
        ]
        return arn

    def outcome(self, execution: str) -> str:
        """Wait for the end of an execution and return its outcome."""
        ended = {"SUCCEEDED", "FAILED", "TIMED_OUT"}

        def status() -> dict[str, Any]:
            found: dict[str, Any] = self.sfn.describe_execution(executionArn=execution)
            return found

        self.eventually(lambda: status()["status"] in ended, otherwise=status)
        end = status()
        assert end["status"] == "SUCCEEDED", end
        outcome: str = json.loads(end["output"])["outcome"]
        return outcome

    def run(self, order: Mapping[str, Any]) -> str:
        return self.outcome(self.start(order))

    def entered(self, execution: str) -> list[str]:
        """Return the states that an execution entered, in order."""
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
        found = pages.search("events[].stateEnteredEventDetails.name")
        return [name for name in found if name]

    def value(self, table: str, key: str, attribute: str) -> Any:
        name = self.outputs[f"Saga{table}TableName"]
        item = self.cloud.client("dynamodb").get_item(TableName=name, Key={"pk": {"S": key}}).get("Item", {})
        return next(iter(item.get(attribute, {"none": None}).values()))

    def charged(self, customer: str) -> int:
        return int(self.value("Payments", f"customer#EUR#{customer}", "charged_cents") or 0)

    def pieces(self, sku: str) -> int:
        return int(self.value("Stock", f"sku#{sku}", "pieces"))

    def question(self, order_id: str) -> str:
        """Wait for the question about an order and return its id."""
        found: list[str] = []
        questions = self.outputs["SagaPendingApprovalsTableName"]

        def asked() -> bool:
            items = self.cloud.client("dynamodb").scan(TableName=questions)["Items"]
            about = {json.loads(item["about"]["S"])["order_id"]: item["pk"]["S"] for item in items}
            found[:] = [about[order_id]] if order_id in about else []
            return bool(found)

        self.eventually(asked)
        return found[-1]

    def answer(self, **answer: str) -> dict[str, Any]:
        called = self.cloud.client("lambda").invoke(
            FunctionName=self.outputs["SagaApprovalFunctionName"], Payload=json.dumps(answer)
        )
        said: dict[str, Any] = json.load(called["Payload"])
        return said


@pytest.fixture(scope="module")
def saga(cloud: LocalCloud, shop: Mapping[str, str], eventually: Callable[..., None]) -> Shop:
    deployed = Shop(cloud, shop, eventually)
    deployed.stock_up("A", "B", "forgotten")
    return deployed


@pytest.fixture(scope="module", autouse=True)
def forgotten(saga: Shop) -> str:
    """An execution whose question nobody answers: its minute passes while the other tests run."""
    line = {"sku": "forgotten", "quantity": 1, "price_cents": 100_000}
    return saga.start({**order("s-0", "gert", cents=100_000), "lines": [line]})


def order(number: str, customer: str, *quantities: int, cents: int = 500) -> dict[str, Any]:
    lines = [
        {"sku": sku, "quantity": quantity, "price_cents": 1}
        for sku, quantity in zip("AB", quantities, strict=False)
    ]
    return {
        "order_id": number,
        "customer": customer,
        "currency": "EUR",
        "total_cents": cents,
        "delivery": "parcel",
        "lines": lines,
    }


def test_an_order_goes_through(saga: Shop) -> None:
    before = saga.pieces("A"), saga.pieces("B")
    assert saga.run(order("s-1", "ada", 3, 2)) == "completed"
    assert (saga.pieces("A"), saga.pieces("B")) == (before[0] - 3, before[1] - 2)
    assert saga.charged("ada") == 500
    assert saga.value("Parcels", "parcel#s-1", "state") == "applied"


def test_what_cannot_be_shipped_is_compensated_backwards(saga: Shop) -> None:
    before = saga.pieces("A")
    execution = saga.start(order("s-2", "bob", 101))
    assert saga.outcome(execution) == "compensated"
    back = [name for name in saga.entered(execution) if name.startswith("Compensate ") and "?" not in name]
    assert back == ["Compensate Ship", "Compensate Charge", "Compensate Reserve"]
    assert (saga.pieces("A"), saga.charged("bob")) == (before, 0)
    assert saga.value("Parcels", "parcel#s-2", "state") == "compensated"


def test_what_is_out_of_stock_is_not_charged_and_the_other_line_goes_back(saga: Shop) -> None:
    before = saga.pieces("A")
    execution = saga.start(order("s-3", "eve", 1, STOCK + 1))
    assert saga.outcome(execution) == "compensated"
    assert "Charge" not in saga.entered(execution)
    assert (saga.pieces("A"), saga.charged("eve")) == (before, 0)


def test_the_same_order_is_charged_once_however_often_it_is_started(saga: Shop) -> None:
    outcomes = [saga.outcome(each) for each in [saga.start(order("s-4", "cleo", 1)) for _ in range(4)]]
    assert sorted(outcomes) == ["completed", "duplicate", "duplicate", "duplicate"]
    assert saga.charged("cleo") == 500


def test_a_large_order_waits_for_a_person(saga: Shop) -> None:
    execution = saga.start(order("s-5", "dora", 1, cents=100_000))
    question = saga.question("s-5")
    assert saga.charged("dora") == 0
    assert saga.answer(id=question, answer="maybe", by="boss")["outcome"] == "refused"
    assert saga.answer(id=question, answer="approve", by="boss") == {"outcome": "taken"}
    assert saga.outcome(execution) == "completed"
    assert saga.charged("dora") == 100_000
    assert saga.answer(id=question, answer="refuse", by="boss") == {
        "outcome": "refused",
        "why": "there is no such open question",
    }


def test_a_refused_order_is_compensated(saga: Shop) -> None:
    before = saga.pieces("A")
    execution = saga.start(order("s-6", "finn", 1, cents=100_000))
    assert saga.answer(id=saga.question("s-6"), answer="refuse", by="boss") == {"outcome": "taken"}
    assert saga.outcome(execution) == "compensated"
    assert (saga.pieces("A"), saga.charged("finn")) == (before, 0)


def test_without_an_answer_in_time_the_order_is_compensated(saga: Shop, forgotten: str) -> None:
    assert saga.outcome(forgotten) == "compensated"
    assert (saga.pieces("forgotten"), saga.charged("gert")) == (STOCK, 0)
