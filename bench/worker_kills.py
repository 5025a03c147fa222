"""How many invoices are lost or doubled when workers are ended and killed at work.

Messages wait in a queue of the embedded AWS; real worker processes take them, and at random moments one of
them gets SIGTERM or SIGKILL and another takes its place. Then every invoice and every customer's total is
looked at. The target is 0 and 0.

    python -m bench.worker_kills [--messages 500] [--kills 40] [--seed 1]
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bench.cloud import ROOT, cloud_for
from wellmade.local.server import LocalCloud

WORKERS = 3
CUSTOMERS = 20
PATIENCE = 180


@dataclass
class Outcome:
    """What came of it."""

    lost: int
    doubled: int
    terminated: int
    killed: int
    finished: int
    """Workers that were asked to stop and ended with exit code 0."""


def kill_workers_at_work(cloud: LocalCloud, messages: int, kills: int, seed: int) -> Outcome:
    """Send messages, run workers, end them at random, and account for every message."""
    chance = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
    url, table = _places(cloud, f"kills-{seed}")
    orders = [_order(number, chance) for number in range(messages)]
    _send(cloud, url, orders)
    workers = [_start(cloud, url, table) for _ in range(WORKERS)]
    ended: Counter[int] = Counter()
    codes: list[int] = []
    deadline = time.monotonic() + PATIENCE
    try:
        while (sum(ended.values()) < kills or _left(cloud, url)) and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.1, 0.6))
            if sum(ended.values()) < kills:
                number, kind = chance.randrange(WORKERS), chance.choice([signal.SIGTERM, signal.SIGKILL])
                workers[number].send_signal(kind)
                code = workers[number].wait(30)
                codes += [code] if kind is signal.SIGTERM else []
                ended[kind] += 1
                workers[number] = _start(cloud, url, table)
    finally:
        for worker in workers:
            worker.terminate()
        codes += [worker.wait(30) for worker in workers]
    lost, doubled = _account(cloud, table, orders)
    return Outcome(lost, doubled, ended[signal.SIGTERM], ended[signal.SIGKILL], codes.count(0))


def _places(cloud: LocalCloud, name: str) -> tuple[str, str]:
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return str(cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]), name


def _order(number: int, chance: random.Random) -> dict[str, Any]:
    customer = f"customer {chance.randrange(CUSTOMERS)}"
    return {"order_id": f"order-{number:05}", "customer": customer, "amount_cents": chance.randint(1, 999)}


def _send(cloud: LocalCloud, url: str, orders: list[dict[str, Any]]) -> None:
    for first in range(0, len(orders), 10):
        batch = [
            {"Id": str(number), "MessageBody": json.dumps(order)}
            for number, order in enumerate(orders[first : first + 10])
        ]
        cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=batch)


def _start(cloud: LocalCloud, url: str, table: str) -> subprocess.Popen[bytes]:
    environment = {
        **cloud.environment(),
        "PYTHONPATH": str(ROOT / "container_src"),
        "QUEUE_URL": url,
        "TABLE_NAME": table,
        "POLL_SECONDS": "1",
        # So short that what a killed worker held is seen again while one watches.
        "VISIBILITY_TIMEOUT_SECONDS": "3",
    }
    command = [sys.executable, "-m", "invoice_worker"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _left(cloud: LocalCloud, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(value) for value in found.values())


def _account(cloud: LocalCloud, table: str, orders: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how many orders have no invoice, and how many customers' totals hold one twice."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    items = {item["pk"]["S"]: item for page in pages for item in page["Items"]}
    lost = sum(f"invoice#{order['order_id']}#{order['customer']}" not in items for order in orders)
    owed: Counter[str] = Counter()
    for order in orders:
        owed[order["customer"]] += order["amount_cents"]
    totals = {
        name: int(items.get(f"customer#{name}", {"total_cents": {"N": 0}})["total_cents"]["N"])
        for name in owed
    }
    return lost, sum(totals[name] > amount for name, amount in owed.items())


def main() -> int:
    """Run and print the figures; 1 when an invoice is lost or doubled."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=500, help="default: 500")
    parser.add_argument("--kills", type=int, default=40, help="default: 40")
    parser.add_argument("--seed", type=int, default=1, help="of the random faults; default: 1")
    options = parser.parse_args()
    with cloud_for("kills") as cloud:
        found = kill_workers_at_work(cloud, options.messages, options.kills, options.seed)
    print(f"{options.messages} messages, {found.terminated} x SIGTERM, {found.killed} x SIGKILL")
    print(f"lost {found.lost}, doubled {found.doubled}; {found.finished} ended cleanly when asked to")
    return int(found.lost + found.doubled > 0)


if __name__ == "__main__":
    sys.exit(main())
