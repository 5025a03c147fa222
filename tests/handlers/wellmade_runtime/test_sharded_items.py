"""What is scattered over shards is read as if it were not."""

import random
from itertools import islice

import pytest

from tests.handlers.support import Aws, client, items
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
