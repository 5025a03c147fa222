import random
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from tests.handlers.clickstream.clicks import check_set_apart, click
from tests.handlers.support import Crash, client, error, hooked, items, read, stream_record
from wellmade_runtime.sharded_counters import ShardedCounters


def count(name: str) -> int:
    return ShardedCounters(client("dynamodb"), "counters").read(name)


def test_counts_pages_and_all(counters: ModuleType) -> None:
    batch = [stream_record(click(n, page="home" if n % 2 else "cart")) for n in range(9)]
    assert read(counters, *batch) == []
    assert (count("page#home"), count("page#cart"), count("all"), count("page#none")) == (4, 5, 9, 0)


def test_clicks_of_a_page_spread_over_shards(counters: ModuleType) -> None:
    read(counters, *(stream_record(click(number)) for number in range(60)))
    shards = [item for item in items("counters") if item["pk"]["S"].startswith("all#")]
    assert len(shards) > 8
    assert sum(int(shard["count"]["N"]) for shard in shards) == 60


def test_bad_records_are_reported_and_the_others_counted(counters: ModuleType) -> None:
    good = [stream_record(click(number)) for number in range(4)]
    bad = [stream_record("poison"), stream_record({**click(9), "at": 5})]
    assert read(counters, good[0], bad[0], good[1], good[2], bad[1], good[3]) == bad
    assert count("all") == 4


def test_a_click_of_the_same_id_and_other_contents_is_set_apart_and_not_tried_again(
    counters: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    first, other = stream_record(click(1)), stream_record({**click(1), "page": "elsewhere"})
    assert read(counters, first) == []
    assert read(counters, other) == []
    assert (count("all"), count("page#elsewhere")) == (1, 0)
    check_set_apart("counters", other, capsys)


def test_delivered_again_out_of_order_and_at_once_each_click_counts_once(counters: ModuleType) -> None:
    chance = random.Random(1)  # noqa: S311 - an order of records, no secret
    records = [stream_record(click(number)) for number in range(40)]
    deliveries = [chance.sample(records, 40) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda batch: read(counters, *batch), deliveries))
    assert read(counters, *records) == []
    assert count("all") == 40


@pytest.mark.parametrize("event", ["before-call.dynamodb", "after-call.dynamodb"])
def test_redelivery_finishes_what_a_crash_left(counters: ModuleType, event: str) -> None:
    def crash(**_: object) -> None:
        raise Crash

    record = stream_record(click(1))
    with hooked(counters, event, crash), pytest.raises(Crash):
        read(counters, record)
    assert read(counters, record) == []
    assert count("all") == 1


def test_throttled_writes_are_tried_again(counters: ModuleType) -> None:
    record = stream_record(click(1))
    with hooked(counters, "before-call.dynamodb", error("ThrottlingException")):
        assert read(counters, record) == [record]
    assert read(counters, record) == []
    assert count("all") == 1
