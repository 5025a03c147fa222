"""How often writers of one counter get in each other's way, in one item and in shards.

Twenty threads count the same events on a table of the embedded AWS, where a transaction holds its items for
10 ms as on DynamoDB. A write that meets another is cancelled and tried again. Both kinds of counter are
written in turn, in one run; none may lose a count.

    python -m bench.contention [--count 1000]
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from bench.cloud import cloud_for
from wellmade.local.server import LocalCloud
from wellmade_runtime.sharded_counters import SHARDS, ShardedCounters

WRITERS = 20


def main() -> int:
    """Run and print the figures; 1 when a count is lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000, help="events; default: 1000")
    count = parser.parse_args().count
    with cloud_for("contention") as cloud:
        met = {shards: _count(cloud, shards, count) for shards in (1, SHARDS)}
    for shards, (cancelled, lost) in met.items():
        print(
            f"{count} writes in {shards:>2} shards: {cancelled} attempts met another, {lost} given up or lost"
        )
    return 1 if met[SHARDS][1] else 0


def _count(cloud: LocalCloud, shards: int, count: int) -> tuple[int, int]:
    """Count the events with so many shards; return how many attempts were cancelled, and what is missing."""
    dynamodb, cancelled = cloud.client("dynamodb"), [0]
    table = f"counters-{shards}"
    _create(dynamodb, table)
    counters = ShardedCounters(dynamodb, table, shards)

    def note(*, http_response: Any, **_: Any) -> None:
        cancelled[0] += http_response.status_code == 400

    dynamodb.meta.events.register("after-call.dynamodb.TransactWriteItems", note)
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            done: Sequence[bool] = list(pool.map(lambda number: _add(counters, number), range(count)))
    finally:
        dynamodb.meta.events.unregister("after-call.dynamodb.TransactWriteItems", note)
    lost = count - counters.read("all")
    if done.count(True) != count - lost:
        raise RuntimeError(f"{done.count(True)} writes succeeded and {count - lost} were counted")
    return cancelled[0], lost


def _create(dynamodb: Any, table: str) -> None:
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )


def _add(counters: ShardedCounters, number: int) -> bool:
    """Count an event; False when every attempt met another writer."""
    try:
        return counters.increment_idempotently(f"event-{number}", {"all": 1})
    except counters.dynamodb.exceptions.TransactionCanceledException:
        return False


if __name__ == "__main__":
    sys.exit(main())
