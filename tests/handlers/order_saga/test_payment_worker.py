from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.order_saga.orders import order
from tests.handlers.support import Crash, answer, deliver, error, hooked, items, message

Said = list[tuple[str, str]]


def ask(action: str, number: str = "o-1", token: str = "t", **changes: Any) -> dict[str, Any]:  # noqa: S107
    asked = order(number, **changes)
    return message({"action": action, "order": asked, "token": token}, group=asked["customer"])


@pytest.fixture
def workflow(payments: ModuleType) -> Iterator[Said]:
    """The workflow that waits: what it was told, by token."""
    said: Said = []

    def told(*, params: dict[str, Any], model: Any, **_: Any) -> Any:
        said.append(
            (model.name, params["body"].decode() if isinstance(params["body"], bytes) else params["body"])
        )
        return answer({})

    with hooked(payments, "before-call.sfn", told):
        yield said


@contextmanager
def nobody_waits(payments: ModuleType) -> Iterator[None]:
    with hooked(payments, "before-call.sfn", error("TaskTimedOut")):
        yield


def charged() -> dict[str, int]:
    return {
        item["pk"]["S"].removeprefix("customer#"): int(item["charged_cents"]["N"])
        for item in items("payments")
        if item["pk"]["S"].startswith("customer#")
    }


def test_charges_and_reports_with_the_token(payments: ModuleType, workflow: Said) -> None:
    assert deliver(payments, ask("charge", token="mine")) == []
    assert charged() == {"ada": 300}
    [(operation, body)] = workflow
    assert operation == "SendTaskSuccess"
    assert '"taskToken": "mine"' in body


def test_a_second_delivery_reports_again_and_charges_nothing(payments: ModuleType, workflow: Said) -> None:
    for _ in range(3):
        deliver(payments, ask("charge"))
    assert charged() == {"ada": 300}
    assert [operation for operation, _ in workflow] == ["SendTaskSuccess"] * 3


def test_refunds_once(payments: ModuleType, workflow: Said) -> None:
    deliver(payments, ask("charge"), ask("refund"), ask("refund"))
    assert charged() == {"ada": 0}
    assert len(workflow) == 3


def test_a_charge_that_comes_after_its_refund_is_refused(payments: ModuleType, workflow: Said) -> None:
    assert deliver(payments, ask("refund"), ask("charge")) == []
    assert charged() == {}
    operation, body = workflow[-1]
    assert operation == "SendTaskFailure"
    assert "AlreadyCompensatedError" in body


@pytest.mark.usefixtures("workflow")
def test_after_a_failure_the_rest_of_that_customer_goes_back(payments: ModuleType) -> None:
    bad = message({"action": "charge", "order": order(customer="bob"), "token": ""}, group="bob")
    rest = ask("charge", "o-2", customer="bob")
    other = ask("charge", "o-3", customer="cleo")
    assert deliver(payments, bad, rest, other) == [bad, rest]
    assert charged() == {"cleo": 300}


def test_when_nobody_waits_the_charge_stands_until_the_workflow_undoes_it(payments: ModuleType) -> None:
    with nobody_waits(payments):
        assert deliver(payments, ask("charge")) == []
        assert charged() == {"ada": 300}
        assert deliver(payments, ask("refund")) == []
    assert charged() == {"ada": 0}


def test_a_report_that_fails_otherwise_is_made_again(payments: ModuleType) -> None:
    sent = ask("charge")
    with hooked(payments, "before-call.sfn", error("ThrottlingException")):
        assert deliver(payments, sent) == [sent]
    assert charged() == {"ada": 300}


@pytest.mark.parametrize(
    "event", ["before-call.dynamodb", "after-call.dynamodb", "before-call.sfn.SendTaskSuccess"]
)
def test_redelivery_finishes_what_a_crash_left(payments: ModuleType, workflow: Said, event: str) -> None:
    def crash(**_: object) -> None:
        raise Crash

    sent = ask("charge")
    with hooked(payments, event, crash), pytest.raises(Crash):
        deliver(payments, sent)
    assert deliver(payments, sent) == []
    assert charged() == {"ada": 300}
    assert workflow


@pytest.mark.parametrize(
    "body", ["nonsense", {"action": "steal"}, {"action": "charge", "token": "t", "order": 5}]
)
def test_what_it_cannot_read_goes_back(payments: ModuleType, body: Any) -> None:
    sent = message(body, group="ada")
    assert deliver(payments, sent) == [sent]
