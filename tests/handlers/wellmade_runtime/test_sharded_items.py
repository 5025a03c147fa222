"""What is scattered over shards is read as if it were not."""

import random
from itertools import islice

import pytest

from tests.handlers.support import Aws, client, items, recorded_calls
from wellmade_runtime.identity import InvalidKeyError
from wellmade_runtime.sharded_items import ShardedItems


@pytest.fixture
def log(aws: Aws) -> ShardedItems:
    aws.table("log", pk="S", sk="S")
    return ShardedItems(client("dynamodb"), "log")


def sorts(log: ShardedItems, key: str = "today", *, backwards: bool = False) -> list[str]:
    return [item["sk"]["S"] for item in log.read(key, backwards=backwards)]


def test_read_in_order_however_written(log: ShardedItems) -> None:
    wanted = [f"{number:03}" for number in range(100)]
    for sort in random.Random(3).sample(wanted, 100):  # noqa: S311 - an order of writes, no secret
        log.put("today", sort, {"said": {"S": f"said {sort}"}})
    log.put("tomorrow", "000", {})
    assert sorts(log) == wanted
    assert sorts(log, backwards=True) == wanted[::-1]
    assert [item["said"]["S"] for item in islice(log.read("today", backwards=True), 2)] == [
        "said 099",
        "said 098",
    ]


def test_writes_spread_over_the_shards(log: ShardedItems) -> None:
    for number in range(80):
        log.put("today", str(number), {})
    assert {item["pk"]["S"] for item in items("log")} == {f"today#{shard}" for shard in range(8)}


def test_written_again_an_item_replaces_itself(log: ShardedItems) -> None:
    for said in ("a", "b"):
        log.put("today", "1", {"said": {"S": said}})
    assert [item["said"]["S"] for item in log.read("today")] == ["b"]


def test_a_key_without_items_is_empty(log: ShardedItems) -> None:
    assert sorts(log, "never") == []


@pytest.mark.parametrize(
    ("key", "sort", "said"),
    [
        ("é" * 1024, "1", "a partition key must be at most 2048 bytes, got 2050"),
        ("today", "é" * 513, "a sort key must be at most 1024 bytes, got 1026"),
        ("today", "", "a sort key must have at least 1 byte"),
        ("today", "\ud800", "a sort key must not hold half of a surrogate pair"),
        ("\ud800", "1", "a partition key must not hold half of a surrogate pair"),
    ],
    ids=["long key", "long sort key", "no sort key", "half a pair in the sort key", "half a pair in the key"],
)
def test_what_no_table_takes_is_refused_before_it_is_sent(
    log: ShardedItems, key: str, sort: str, said: str
) -> None:
    with recorded_calls(log.dynamodb) as calls, pytest.raises(InvalidKeyError, match=f"^{said}$"):
        log.put(key, sort, {})
    assert calls == []


def test_the_longest_keys_are_kept(log: ShardedItems) -> None:
    log.put("k" * 2046, "s" * 1024, {})
    assert sorts(log, "k" * 2046) == ["s" * 1024]


def test_no_items_are_looked_for_under_a_key_that_no_table_takes(log: ShardedItems) -> None:
    with pytest.raises(InvalidKeyError, match="got 2050"):
        sorts(log, "é" * 1024)
