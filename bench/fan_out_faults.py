"""How many orders are lost or doubled between the event bus and three consumers, with faults.

Orders are published on the bus of the deployed stack, a tenth of them twice and in random order; processes
of the functions are killed (SIGKILL) while they work, and calls are throttled or not answered. What used up
its receives is sent back as `wellmade redrive` does. Then each consumer's table is compared with what its
filter lets through. The target is 0 and 0.

    python -m bench.fan_out_faults [--count 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.chaos import Options, depth, failed_calls, in_batches, items, killing, options, redrive, wait_until
from bench.cloud import cloud_for, deploy_reference
from stacks.order_events import OrderEventsStack
from wellmade.local.server import LocalCloud

CONSUMERS = ("Stock", "Notes", "Sales")
SUMS = ("orders#", "turnover_cents#")
"""What items of the sales figures begin with that are no marks of orders."""


def main() -> int:
    """Run and print the figures; 1 when an order is lost or doubled."""
    faults = options(__doc__)
    orders = [_order(number) for number in range(faults.count)]
    with cloud_for("fan-out", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), OrderEventsStack, "order-events")
        _leave_the_saga_out(cloud, outputs["EventBusName"])
        with killing(cloud, faults) as killed:
            sent = _publish(cloud, outputs, orders, faults)
            redriven = _wait(cloud, outputs)
        print(f"{faults.count} orders, {sent} events, {killed[0]} processes killed, {redriven} redriven")
        print(failed_calls(cloud))
        return _report(cloud, outputs, orders)


def _leave_the_saga_out(cloud: LocalCloud, bus: str) -> None:
    """Let no order start a workflow: thousands of them at once are more than one machine carries."""
    events = cloud.client("events")
    for rule in events.list_rules(EventBusName=bus)["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
        if any(":stateMachine:" in target["Arn"] for target in targets):
            events.disable_rule(Name=rule["Name"], EventBusName=bus)


def _order(number: int) -> dict[str, Any]:
    cents = 5_000 + 5 * (number % 2_000)
    return {
        "order_id": f"o-{number}",
        "customer": f"c-{number % 50}",
        "currency": "EUR",
        "delivery": ("parcel", "pickup", "download")[number % 3],
        "total_cents": cents,
        "lines": [{"sku": f"s-{number % 10}", "quantity": 1 + number % 3, "price_cents": cents}],
    }


def _publish(
    cloud: LocalCloud, outputs: Mapping[str, str], orders: Sequence[dict[str, Any]], faults: Options
) -> int:
    sent = [*orders, *faults.chance.sample(orders, len(orders) // 10)]
    faults.chance.shuffle(sent)
    for batch in in_batches(sent, 10):
        entries = [
            {
                "EventBusName": outputs["EventBusName"],
                "Source": "shop.orders",
                "DetailType": "OrderPlaced.v1",
                "Detail": json.dumps(order),
            }
            for order in batch
        ]
        refused = cloud.client("events").put_events(Entries=entries)["FailedEntryCount"]
        if refused:
            raise RuntimeError(f"the hub refused {refused} events")
    return len(sent)


def _wait(cloud: LocalCloud, outputs: Mapping[str, str]) -> int:
    """Wait until all queues are empty, redriving what fails; return how many messages were redriven."""
    redriven = [0]

    def waiting() -> int:
        return sum(depth(cloud, outputs[f"{name}QueueUrl"]) for name in CONSUMERS)

    def done() -> bool:
        if waiting():
            return False
        moved = sum(redrive(cloud, outputs[f"{name}DeadLetterQueueUrl"]) for name in CONSUMERS)
        redriven[0] += moved
        return not moved

    wait_until(done, lambda: f"{waiting()} in the queues")
    return redriven[0]


def _report(cloud: LocalCloud, outputs: Mapping[str, str], orders: Sequence[dict[str, Any]]) -> int:
    found = {name: items(cloud, outputs[f"{name}TableName"]) for name in CONSUMERS}
    wanted = {
        "Stock": {f"counted#{o['order_id']}" for o in orders if o["delivery"] == "parcel"},
        "Notes": {o["order_id"] for o in orders if o["total_cents"] >= 10_000},
        "Sales": {f"counted#{o['order_id']}" for o in orders},
    }
    lost = astray = 0
    for name in CONSUMERS:
        got = {key for key in found[name] if not key.startswith(("sku#", *SUMS))}
        lost, astray = lost + len(wanted[name] - got), astray + len(got - wanted[name])
        print(f"{name}: {len(got)} of {len(wanted[name])} orders")
    wrong = abs(_sold(found["Sales"]) - sum(o["total_cents"] for o in orders)) + _miscounted(
        found["Stock"], orders
    )
    print(f"lost: {lost}   to the wrong consumer: {astray}   cents and pieces lost or doubled: {wrong}")
    return 1 if lost or astray or wrong else 0


def _sold(sales: Mapping[str, dict[str, Any]]) -> int:
    return sum(int(item["count"]["N"]) for key, item in sales.items() if key.startswith("turnover_cents#"))


def _miscounted(stock: Mapping[str, dict[str, Any]], orders: Sequence[dict[str, Any]]) -> int:
    wanted: Counter[str] = Counter()
    for order in orders:
        if order["delivery"] == "parcel":
            for line in order["lines"]:
                wanted[f"sku#{line['sku']}"] += line["quantity"]
    found = {key: int(item["pieces"]["N"]) for key, item in stock.items() if key.startswith("sku#")}
    return sum(abs(found.get(key, 0) - wanted[key]) for key in {*found, *wanted})


if __name__ == "__main__":
    sys.exit(main())
