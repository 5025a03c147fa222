"""How many invoices are lost or doubled when workers are ended and killed at work.

Messages wait in a queue of the embedded AWS, of one in 49 another with its order and another amount; real
worker processes take them, and at random moments one of them gets SIGTERM or SIGKILL and another takes its
place. Then every invoice and every customer's total is looked at; of two messages that contradict each other
one must be in the dead-letter queue. The target is 0 and 0.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.chaos import PATIENCE, contradictions, depth, items, mixed, uncontradicted
from bench.cloud import ROOT, cloud_for
from wellmade.local.server import LocalCloud

WORKERS = 3
CUSTOMERS = 20
RECEIVES = 25
"""Before a message moves to the dead-letter queue: many, since kills use them up."""
Order = dict[str, Any]


@dataclass
class Outcome:
    """What came of it."""

    lost: int
    doubled: int
    terminated: int
    killed: int
    finished: int
    """Workers that were asked to stop and ended with exit code 0."""
    contradicted: int
    mixed: int
    """Contradictions that were not refused once, or of which something else than one is kept."""


def kill_workers_at_work(cloud: LocalCloud, messages: int, kills: int, seed: int) -> Outcome:
    """Send messages, run workers, end them at random, and account for every message."""
    chance = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
    url, dead_letters, table = places_of(cloud, f"kills-{seed}")
    orders = [order_of(number, chance) for number in range(messages)]
    pairs = contradictions(orders, _contradicting, chance)
    once = [*uncontradicted(orders, pairs), *(order for pair in pairs for order in pair)]
    send_all(cloud, url, chance.sample(once, len(once)))
    workers = [_start(cloud, url, table) for _ in range(WORKERS)]
    ended: Counter[int] = Counter()
    codes: list[int] = []
    deadline = time.monotonic() + PATIENCE
    try:
        while (sum(ended.values()) < kills or depth(cloud, url)) and time.monotonic() < deadline:
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
    kept = kept_in(cloud, table)
    lost, doubled = account(kept, orders)
    both = mixed(pairs, lambda order: _is_kept(kept, order)) + abs(depth(cloud, dead_letters) - len(pairs))
    killed = ended[signal.SIGKILL]
    return Outcome(lost, doubled, ended[signal.SIGTERM], killed, codes.count(0), len(pairs), both)


def places_of(cloud: LocalCloud, name: str) -> tuple[str, str, str]:
    """Define a queue with its dead-letter queue, and a table; return both addresses and its name."""
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    sqs = cloud.client("sqs")
    dead_letters = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": RECEIVES})
    url = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
    return url, dead_letters, name


def order_of(number: int, chance: random.Random) -> Order:
    """Return an order of one of the customers."""
    customer = f"customer {chance.randrange(CUSTOMERS)}"
    return {"order_id": f"order-{number:05}", "customer": customer, "amount_cents": chance.randint(1, 999)}


def _contradicting(order: Order) -> Order:
    return {**order, "amount_cents": order["amount_cents"] + 1000}


def send_all(cloud: LocalCloud, url: str, orders: Sequence[Order]) -> None:
    """Send orders, ten at a time."""
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


def kept_in(cloud: LocalCloud, table: str) -> dict[str, int]:
    """Return cents by key, of invoices and of customers."""
    found = items(cloud, table)
    cents = {key: item.get("amount_cents", item.get("total_cents", {"N": 0})) for key, item in found.items()}
    return {key: int(each["N"]) for key, each in cents.items()}


def invoice_key(order: Order) -> str:
    """Return the key of an order's invoice."""
    return f"invoice#{order['order_id']}#{order['customer']}"


def _is_kept(kept: Mapping[str, int], order: Order) -> bool:
    return bool(kept.get(invoice_key(order)) == order["amount_cents"])


def account(kept: Mapping[str, int], orders: Sequence[Order]) -> tuple[int, int]:
    """Return how many orders have no invoice, and how many customers' totals are not those of invoices."""
    lost = sum(invoice_key(order) not in kept for order in orders)
    owed: Counter[str] = Counter()
    for order in orders:
        owed[order["customer"]] += kept.get(invoice_key(order), 0)
    return lost, sum(kept.get(f"customer#{name}", 0) != amount for name, amount in owed.items())


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
    print(f"{found.contradicted} contradicted, {found.mixed} of them mixed, or not refused once")
    return int(found.lost + found.doubled + found.mixed > 0)


if __name__ == "__main__":
    sys.exit(main())
