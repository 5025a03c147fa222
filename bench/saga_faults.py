"""How many orders a saga leaves half done, lost or doubled, with faults.

Orders go through the deployed saga, a tenth of them started twice; of one in 49 there is another with its
number and other contents, before or after it; one in ten cannot be shipped and one in twenty is out of stock,
so that what was done for it must be compensated; processes of the functions are killed (SIGKILL) while they
work, and calls are throttled or not answered. Then stock, payments and parcels are compared order by order:
for each either all was done or nothing, and of two that contradict each other for one alone. The target is
that none is lost, none half done or mixed, and no cent and no piece is astray; under overload an order may be
compensated that could have been done.

    python -m bench.saga_faults [--count 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.chaos import (
    contradictions,
    failed_calls,
    items,
    killing,
    options,
    uncontradicted,
    wait_until,
)
from bench.cloud import cloud_for, deploy_reference
from sample_shop.order import order_of
from stacks.order_events import OrderEventsStack
from wellmade.local.server import LocalCloud
from wellmade_runtime.compensation import APPLIED
from wellmade_runtime.identity import FINGERPRINT, fingerprint

AT_ONCE = 20
"""Executions at once: each is a thread of the embedded AWS."""
STOCK = 10**9
ENDED = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


def main() -> int:
    """Run and print the figures; 1 when an order is half done, lost or doubled."""
    faults = options(__doc__)
    orders = [_order(number) for number in range(faults.count)]
    pairs = contradictions(orders, _contradicting, faults.chance)
    both = [order for pair in pairs for order in pair]
    once = [*uncontradicted(orders, pairs), *both]
    started = [*once, *faults.chance.sample(orders, len(orders) // 10)]
    faults.chance.shuffle(started)
    with cloud_for("saga", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), OrderEventsStack, "order-events")
        item = {"pk": {"S": "sku#A"}, "pieces": {"N": str(STOCK)}}
        cloud.client("dynamodb").put_item(TableName=outputs["SagaStockTableName"], Item=item)
        with killing(cloud, faults) as killed:
            outcomes = _run(cloud, outputs, started)
        print(
            f"{len(orders)} orders, {len(pairs)} contradicted, {len(started)} executions, "
            f"{killed[0]} processes killed: {dict(outcomes)}"
        )
        print(failed_calls(cloud))
        return _report(cloud, outputs, once, len(orders), outcomes)


def _order(number: int) -> dict[str, Any]:
    """Return an order: one in ten is too large for a parcel, one in twenty of an article that is missing."""
    quantity = 101 if number % 10 == 0 else 1 + number % 3
    return {
        "order_id": f"o-{number}",
        "customer": f"c-{number % 50}",
        "currency": "EUR",
        "total_cents": 100 + number,
        "lines": [{"sku": "B" if number % 20 == 1 else "A", "quantity": quantity, "price_cents": 1}],
    }


def _contradicting(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return another order with the same number, which can be done where that one can."""
    [line] = order["lines"]
    return {
        **order,
        "customer": f"other {order['customer']}",
        "total_cents": order["total_cents"] + 7,
        "lines": [{**line, "quantity": line["quantity"] + 7}],
    }


def _is_shipped(order: Mapping[str, Any]) -> bool:
    [line] = order["lines"]
    return bool(line["sku"] == "A" and line["quantity"] <= 100)


def _run(cloud: LocalCloud, outputs: Mapping[str, str], started: Sequence[dict[str, Any]]) -> Counter[str]:
    """Run the executions, so many at once, and count their outcomes."""
    outcomes: Counter[str] = Counter()
    free = threading.Semaphore(AT_ONCE)
    running: dict[str, None] = {}
    left = iter(started)
    sfn = cloud.client("stepfunctions")

    def look() -> bool:
        for arn in list(running):
            found = sfn.describe_execution(executionArn=arn)
            if found["status"] in ENDED:
                outcomes[json.loads(found.get("output") or "{}").get("outcome", found["status"])] += 1
                del running[arn]
                free.release()
        while free.acquire(blocking=False):
            order = next(left, None)
            if order is None:
                free.release()
                break
            begun = sfn.start_execution(stateMachineArn=outputs["SagaArn"], input=json.dumps(order))
            running[begun["executionArn"]] = None
        return not running

    wait_until(look, lambda: f"{sum(outcomes.values())} of {len(started)} ended")
    return outcomes


def _report(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    orders: Sequence[dict[str, Any]],
    numbers: int,
    outcomes: Counter[str],
) -> int:
    """Compare what was done for each order: all of it or nothing, and the sums that follow from that."""
    stock, payments, parcels = (
        items(cloud, outputs[f"Saga{name}TableName"]) for name in ("Stock", "Payments", "Parcels")
    )
    done: list[dict[str, Any]] = []
    half = wrong = 0
    for order in orders:
        number = order["order_id"]
        marks = (
            stock.get(f"reserved#{number}#0"),
            payments.get(f"charge#{number}"),
            parcels.get(f"parcel#{number}"),
        )
        states = [_is_applied(mark, order) for mark in marks]
        half += len(set(states)) > 1
        wrong += all(states) and not _is_shipped(order)
        done += [order] if all(states) else []
    charged: Counter[str] = Counter()
    for order in done:
        charged[f"customer#EUR#{order['customer']}"] += order["total_cents"]
    found = {
        key: int(item["charged_cents"]["N"]) for key, item in payments.items() if key.startswith("customer#")
    }
    cents = sum(abs(found.get(key, 0) - charged[key]) for key in {*found, *charged})
    pieces = STOCK - int(stock["sku#A"]["pieces"]["N"]) - sum(order["lines"][0]["quantity"] for order in done)
    both = len(done) - len({order["order_id"] for order in done})
    lost = numbers - outcomes["completed"] - outcomes["compensated"]
    spared = len({order["order_id"] for order in orders if _is_shipped(order)}) - len(done)
    print(f"{len(done)} done; compensated though they could have been done, for want of time: {spared}")
    print(f"lost: {lost}   half done, or mixed: {half}   both of two done: {both}   wrongly done: {wrong}")
    print(f"cents charged too much or too little: {cents}   pieces: {pieces}")
    failed = cents or pieces or half or wrong or lost or both or len(done) != outcomes["completed"]
    return 1 if failed else 0


def _is_applied(mark: Mapping[str, Any] | None, order: Mapping[str, Any]) -> bool:
    """Tell whether a step was applied for this order, and for no other with its number."""
    if mark is None or mark["state"]["S"] != APPLIED:
        return False
    return bool(mark[FINGERPRINT]["S"] == fingerprint(order_of(order).contents()))


if __name__ == "__main__":
    sys.exit(main())
