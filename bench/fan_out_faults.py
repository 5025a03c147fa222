"""How many orders are lost or doubled between the event bus and three consumers, with faults.

Orders are published on the bus of the deployed stack, a tenth of them twice and in random order, and of one
in 49 there is another with its number and other contents, before or after it; processes of the functions
are killed (SIGKILL) while they work, and calls are throttled or not answered. What used up its receives is
sent back as `wellmade redrive` does, but for contradictions, which stay in the dead-letter queue. Then each
consumer's table is compared with what its filter lets through, and its sums with the one of two contradicting
orders that its mark was written for. The target is 0, 0 and 0.

    python -m bench.fan_out_faults [--count 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.chaos import (
    Options,
    contradictions,
    depth,
    failed_calls,
    in_batches,
    items,
    killing,
    mixed,
    options,
    redrive,
    uncontradicted,
    wait_until,
)
from bench.cloud import cloud_for, deploy_reference
from sample_shop.order_placed import NAME, parse
from stacks.order_events import OrderEventsStack
from wellmade.local.server import LocalCloud
from wellmade_runtime.identity import FINGERPRINT, fingerprint

CONSUMERS = ("Stock", "Notes", "Sales")
Pair = tuple[dict[str, Any], dict[str, Any]]
"""Two orders that contradict each other."""
SUMS = ("orders#", "turnover_cents#")
"""What items of the sales figures begin with that are no marks of orders."""


def main() -> int:
    """Run and print the figures; 1 when an order is lost or doubled."""
    faults = options(__doc__)
    orders = [_order(number) for number in range(faults.count)]
    pairs = contradictions(orders, _contradicting, faults.chance)
    with cloud_for("fan-out", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), OrderEventsStack, "order-events")
        _leave_the_saga_out(cloud, outputs["EventBusName"])
        with killing(cloud, faults) as killed:
            sent = _publish(cloud, outputs, orders, pairs, faults)
            redriven = _wait(cloud, outputs, pairs)
        print(f"{faults.count} orders, {len(pairs)} contradicted, {sent} events")
        print(f"{killed[0]} processes killed, {redriven} redriven")
        print(failed_calls(cloud))
        return _report(cloud, outputs, orders, pairs)


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


def _contradicting(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return another order with the same number, which every filter treats as it treats that one."""
    [line] = order["lines"]
    return {
        **order,
        "customer": f"other {order['customer']}",
        "total_cents": order["total_cents"] + 1,
        "lines": [{**line, "quantity": line["quantity"] + 7}],
    }


def _heard(name: str, order: Mapping[str, Any]) -> bool:
    """Tell whether a consumer's filter lets an order through."""
    large: bool = order["total_cents"] >= 10_000
    parcel: bool = order["delivery"] == "parcel"
    return {"Stock": parcel, "Notes": large, "Sales": True}[name]


def _publish(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    orders: Sequence[dict[str, Any]],
    pairs: Sequence[Pair],
    faults: Options,
) -> int:
    # Those that are contradicted come once, so that one message of two is refused.
    others = uncontradicted(orders, pairs)
    both = [order for pair in pairs for order in pair]
    sent = [*others, *both, *faults.chance.sample(others, len(orders) // 10)]
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


def _wait(cloud: LocalCloud, outputs: Mapping[str, str], pairs: Sequence[Pair]) -> int:
    """Wait until all queues are empty, redriving what fails; return how many messages were redriven.

    As many messages stay in each dead-letter queue as its consumer heard contradictions.
    """
    redriven = [0]
    refused = {name: _refused(name, pairs) for name in CONSUMERS}

    def waiting() -> int:
        return sum(depth(cloud, outputs[f"{name}QueueUrl"]) for name in CONSUMERS)

    def done() -> bool:
        if waiting():
            return False
        dead = {name: outputs[f"{name}DeadLetterQueueUrl"] for name in CONSUMERS}
        left = [dead[name] for name in CONSUMERS if depth(cloud, dead[name]) > refused[name]]
        moved = sum(redrive(cloud, url) for url in left)
        redriven[0] += moved
        return not moved

    wait_until(done, lambda: f"{waiting()} in the queues")
    return redriven[0]


def _report(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    orders: Sequence[dict[str, Any]],
    pairs: Sequence[Pair],
) -> int:
    lost = astray = wrong = unrefused = both = 0
    sent = [*uncontradicted(orders, pairs), *(order for pair in pairs for order in pair)]
    for name in CONSUMERS:
        found = items(cloud, outputs[f"{name}TableName"])
        prefix = "" if name == "Notes" else "counted#"
        wanted = {f"{prefix}{order['order_id']}" for order in orders if _heard(name, order)}
        got = {key for key in found if not key.startswith(("sku#", *SUMS))}
        lost, astray = lost + len(wanted - got), astray + len(got - wanted)
        kept = [order for order in sent if _is_kept(found, prefix, order)]
        heard = [pair for pair in pairs if _heard(name, pair[0])]
        both += mixed(heard, kept.__contains__)
        wrong += abs(len(kept) - len(got)) + (abs(_sold(found) - _cents(kept)) if name == "Sales" else 0)
        wrong += _miscounted(found, kept) if name == "Stock" else 0
        refused = depth(cloud, outputs[f"{name}DeadLetterQueueUrl"])
        unrefused += abs(refused - len(heard))
        print(f"{name}: {len(got)} of {len(wanted)} orders, {refused} contradictions refused")
    print(
        f"lost: {lost}   to the wrong consumer: {astray}   cents, pieces and marks lost or doubled: {wrong}"
    )
    print(f"mixed: {both}   contradictions that were not refused, once each: {unrefused}")
    return 1 if lost or astray or wrong or unrefused or both else 0


def _refused(name: str, pairs: Sequence[Pair]) -> int:
    return sum(_heard(name, first) for first, _ in pairs)


def _is_kept(found: Mapping[str, dict[str, Any]], prefix: str, order: Mapping[str, Any]) -> bool:
    mark = found.get(f"{prefix}{order['order_id']}", {})
    event = {"detail-type": NAME, "detail": order}
    return bool(mark.get(FINGERPRINT) == {"S": fingerprint(parse(json.dumps(event)).contents())})


def _cents(orders: Sequence[Mapping[str, Any]]) -> int:
    return sum(order["total_cents"] for order in orders)


def _sold(sales: Mapping[str, dict[str, Any]]) -> int:
    return sum(int(item["count"]["N"]) for key, item in sales.items() if key.startswith("turnover_cents#"))


def _miscounted(stock: Mapping[str, dict[str, Any]], orders: Sequence[Mapping[str, Any]]) -> int:
    wanted: Counter[str] = Counter()
    for order in orders:
        for line in order["lines"]:
            wanted[f"sku#{line['sku']}"] += line["quantity"]
    found = {key: int(item["pieces"]["N"]) for key, item in stock.items() if key.startswith("sku#")}
    return sum(abs(found.get(key, 0) - wanted[key]) for key in {*found, *wanted})


if __name__ == "__main__":
    sys.exit(main())
