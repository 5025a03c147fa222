"""The reconciliation finishes what a crash left between, the clean-up deletes what has expired."""

import time
from types import ModuleType
from typing import Any

import pytest

from sample_shop.transfers import signature
from tests.handlers.scheduled_jobs.starts import start
from tests.handlers.support import Context, Crash, client, crash_at, deliver, items, message
from wellmade_runtime.due_items import due_at
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.work_log import IN_USE, WorkLog

PAYOUT = {"payout_id": "p-1", "account": "DE-1", "cents": 1250}
TRANSFER = {
    "pk": {"S": "p-1"},
    "account": {"S": "DE-1"},
    "cents": {"N": "1250"},
    "signature": {"S": signature(PAYOUT, "for this test")},
}


def states(table: str = "payouts") -> dict[str, str]:
    return {item["pk"]["S"]: item["state"]["S"] for item in items(table)}


def leave_pending(age: float, **changed: Any) -> None:
    work = {**PAYOUT, **changed}
    WorkLog(client("dynamodb"), "payouts").begin(work["payout_id"], work, now=time.time() - age)


def run(job: ModuleType, minute: int = 0) -> dict[str, Any]:
    done: dict[str, Any] = job.handler(start(job.__name__, minute), Context())
    return done


def test_pays_out_once(payouts: ModuleType) -> None:
    assert deliver(payouts, message(PAYOUT), message({**PAYOUT, "payout_id": "p-2"})) == []
    assert deliver(payouts, message(PAYOUT)) == []
    assert states() == {"p-1": "done", "p-2": "done"}
    assert sorted(item["pk"]["S"] for item in items("transfers")) == ["p-1", "p-2"]


def test_refuses_another_payout_under_the_same_id(payouts: ModuleType) -> None:
    deliver(payouts, message(PAYOUT))
    wrong = message({**PAYOUT, "cents": 1})
    assert deliver(payouts, wrong) == [wrong]
    log = WorkLog(client("dynamodb"), "payouts")
    with pytest.raises(ContradictionError):
        log.begin("p-1", {**PAYOUT, "cents": 1})
    assert items("transfers") == [TRANSFER]


@pytest.mark.parametrize("step", [1, 2], ids=["before the transfer", "before the completion"])
def test_finishes_what_a_crash_left(reconciliation: ModuleType, payouts: ModuleType, step: int) -> None:
    events, crash = payouts.dynamodb.meta.events, crash_at(step)
    events.register_first("before-call.dynamodb", crash)
    with pytest.raises(Crash):
        payouts.store.pay(payouts.payout_of(PAYOUT))
    events.unregister("before-call.dynamodb", crash)
    assert states() == {"p-1": "pending"}
    assert run(reconciliation) == {"outcome": "done", "finished": 0}, "its invocation may still be at work"
    leave_pending(IN_USE + 1)
    assert run(reconciliation, 1) == {"outcome": "done", "finished": 1}
    assert (states(), items("transfers")) == ({"p-1": "done"}, [TRANSFER])


def test_finishes_each_once_and_completes_no_other(reconciliation: ModuleType) -> None:
    for number in range(30):
        leave_pending(IN_USE + 60, payout_id=f"old-{number}")
    leave_pending(IN_USE - 60, payout_id="new")
    assert run(reconciliation)["finished"] == 30
    assert run(reconciliation, 1)["finished"] == 0
    assert {key for key, state in states().items() if state == "pending"} == {"new"}
    assert len(items("transfers")) == 30


def test_what_somebody_else_finished_meanwhile_is_not_counted(reconciliation: ModuleType) -> None:
    leave_pending(IN_USE + 60)
    [pending] = reconciliation.store.abandoned(time.time())
    reconciliation.store.log.complete("p-1")
    with reconciliation.leases.hold(reconciliation.run_of(start("reconciliation")), 60) as lease:
        assert reconciliation.store.finish(pending, lease) is False


def test_a_second_run_finishes_nothing(reconciliation: ModuleType) -> None:
    leave_pending(IN_USE + 60)
    with reconciliation.leases.hold(reconciliation.run_of(start("reconciliation.handler")), 60):
        assert run(reconciliation, 1) == {"outcome": "skipped"}
    assert states() == {"p-1": "pending"}


def test_deletes_expired_carts_and_no_other(cleanup: ModuleType) -> None:
    now = time.time()
    for cart, expires in {"old": now - 1, "older": now - 9000, "new": now + 3600}.items():
        item = {"pk": {"S": cart}, **due_at(cart, expires)}
        client("dynamodb").put_item(TableName="carts", Item=item)
    assert run(cleanup) == {"outcome": "done", "deleted": 2}
    assert [item["pk"]["S"] for item in items("carts")] == ["new"]


def test_keeps_a_cart_whose_owner_has_come_back(cleanup: ModuleType) -> None:
    now = time.time()
    client("dynamodb").put_item(TableName="carts", Item={"pk": {"S": "c"}, **due_at("c", now + 60)})
    with cleanup.leases.hold(cleanup.run_of(start("cart_cleanup")), 60) as lease:
        assert cleanup.store.delete("c", now, lease) is False
    assert run(cleanup, 1) == {"outcome": "done", "deleted": 0}


def test_a_second_clean_up_deletes_nothing(cleanup: ModuleType) -> None:
    with cleanup.leases.hold(cleanup.run_of(start("cart_cleanup.handler")), 60):
        assert run(cleanup, 1) == {"outcome": "skipped"}
