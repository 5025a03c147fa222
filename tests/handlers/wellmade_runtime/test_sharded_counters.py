"""Counters in shards, read from a table that leaves some of them unread."""

import time
from typing import Any

import pytest

from tests.handlers.support import Aws, answer, client
from wellmade_runtime.batch_write import ATTEMPTS, TableBusyError
from wellmade_runtime.sharded_counters import ShardedCounters


@pytest.fixture
def counters(aws: Aws) -> ShardedCounters:
    aws.table("counters", pk="S")
    return ShardedCounters(client("dynamodb"), "counters", shards=250)


def test_more_shards_than_one_call_takes_are_read(counters: ShardedCounters) -> None:
    for number in range(20):
        counters.increment_idempotently(f"e-{number}", {"all": number})
    assert counters.read("all") == sum(range(20))


def test_a_table_that_stays_busy_is_asked_a_few_times_and_no_part_is_taken_for_the_sum(
    counters: ShardedCounters, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)

    def leave(**_: Any) -> Any:
        left = {"counters": {"Keys": [{"pk": {"S": "all#1"}}]}}
        return answer({"Responses": {"counters": [{"count": {"N": "1"}}]}, "UnprocessedKeys": left})

    events = counters.dynamodb.meta.events
    events.register_first("before-call.dynamodb.BatchGetItem", leave)
    try:
        with pytest.raises(TableBusyError, match=f"counters left shards .* after {ATTEMPTS} attempts"):
            counters.read("all")
    finally:
        events.unregister("before-call.dynamodb.BatchGetItem", leave)
    assert len(waits) == ATTEMPTS - 1
