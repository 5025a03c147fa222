"""A transaction that meets another one waits for it, and for nothing else."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from tests.handlers.support import answer
from wellmade_runtime import transactions
from wellmade_runtime.idempotent_counter import idempotency_marker

CONFLICT, REFUSED, FINE = "TransactionConflict", "ConditionalCheckFailed", "None"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, which is not waited for here."""
    waited: list[float] = []
    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture
def transact() -> Callable[..., int]:
    """Run a transaction whose attempts end with these reasons, the last one for ever; return the attempts."""
    client, calls = boto3.client("dynamodb", region_name="us-east-1"), 0

    def run(*ends: tuple[str, ...] | None) -> int:
        def end(**_: Any) -> Any:
            nonlocal calls
            calls += 1
            reasons = ends[min(calls, len(ends)) - 1]
            if reasons is None:
                return answer({})
            cancelled = {"Code": "TransactionCanceledException", "Message": "for this test"}
            return answer(
                {"Error": cancelled, "CancellationReasons": [{"Code": code} for code in reasons]}, 400
            )

        client.meta.events.register_first("before-call.dynamodb", end)
        transactions.transact(client, [idempotency_marker("table", "key", {})])
        return calls

    return run


def test_waits_for_others_longer_each_time(transact: Callable[..., int], waits: list[float]) -> None:
    assert transact((FINE, CONFLICT), (CONFLICT, CONFLICT), None) == 3
    assert len(waits) == 2


@pytest.mark.parametrize("reasons", [(REFUSED, FINE), (REFUSED, CONFLICT)])
def test_a_condition_is_not_waited_for(
    transact: Callable[..., int], waits: list[float], reasons: tuple[str, ...]
) -> None:
    with pytest.raises(Exception, match="TransactionCanceledException"):
        transact(reasons)
    assert waits == []


def test_gives_up_in_the_end(transact: Callable[..., int], waits: list[float]) -> None:
    with pytest.raises(Exception, match="TransactionCanceledException"):
        transact((FINE, CONFLICT))
    assert len(waits) == transactions.ATTEMPTS - 1
    assert sum(waits) < 1.6
