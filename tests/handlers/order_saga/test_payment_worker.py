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
        item["pk"]["S"].removeprefix("customer#EUR#"): int(item["charged_cents"]["N"])
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


@pytest.mark.parametrize("body", ["nonsense", {"action": "steal"}, {"action": "charge", "order": order()}])
def test_what_it_cannot_read_goes_back(payments: ModuleType, body: Any) -> None:
    sent = message(body, group="ada")
    assert deliver(payments, sent) == [sent]


@pytest.mark.parametrize(
    "other", [{"cents": 700}, {"customer": "bob"}, {"currency": "USD"}, {"quantity": 3}], ids=str
)
@pytest.mark.parametrize("action", ["charge", "refund"])
def test_the_same_order_with_other_contents_moves_no_money(
    payments: ModuleType, workflow: Said, action: str, other: dict[str, Any]
) -> None:
    deliver(payments, ask("charge"))
    assert deliver(payments, ask(action, **other)) == []
    assert charged() == {"ada": 300}
    operation, body = workflow[-1]
    assert operation == "SendTaskFailure"
    assert "ContradictionError" in body
    deliver(payments, ask("refund"))
    assert charged() == {"ada": 0}


def test_currencies_are_never_added_up(payments: ModuleType, workflow: Said) -> None:
    deliver(payments, ask("charge", "o-1"), ask("charge", "o-2", currency="USD"))
    sums = {
        item["pk"]["S"]: item["charged_cents"]["N"] for item in items("payments") if "charged_cents" in item
    }
    assert sums == {"customer#EUR#ada": "300", "customer#USD#ada": "300"}
    assert len(workflow) == 2


@pytest.mark.parametrize("changes", [{"customer": "a" * 3000}, {"cents": 0}, {"currency": "euro"}], ids=str)
def test_what_can_never_be_charged_is_answered_at_once_with_the_reason(
    payments: ModuleType, workflow: Said, changes: dict[str, Any]
) -> None:
    assert deliver(payments, ask("charge", **changes)) == []
    [(operation, body)] = workflow
    assert operation == "SendTaskFailure"
    assert "RefusedRequestError" in body
    assert items("payments") == []
