"""How much sooner an idempotent batch of ten is done than by Powertools, one record after the other.

The same ten orders are kept, each once, and every call is answered after 3 ms without a network. Powertools
takes three calls each: claim, work, completion. Ours, in turn with it: the same work with the claims in one
call and the completions in another; and the same work given as writes, all in one transaction, which is what
the order worker does. The last line is no processor: the same ten calls between two others, with all that is
written made beforehand, which any work cannot be faster than. On a busy machine the fastest rounds tell more
than the medians, because other programs only ever add time.

    python bench/batch.py [--rounds 30]
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="bench",
    AWS_SECRET_ACCESS_KEY="bench",  # noqa: S106 - no secret, nothing is called
    TABLE_NAME="orders",
    IDEMPOTENCY_TABLE="claims",
    POWERTOOLS_SERVICE_NAME="bench",
)

from aws_lambda_powertools.utilities.batch import (
    BasePartialBatchProcessor,
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from order_worker import handler
from order_worker.domain import Order, parse
from wellmade_runtime.batch import side_by_side
from wellmade_runtime.idempotency import idempotency_store
from wellmade_runtime.idempotent_batch import IdempotentBatchProcessor
from wellmade_runtime.idempotent_work import IdempotentWork
from wellmade_runtime.transactions import transact

LATENCY = 0.003
EVENT = {
    "Records": [
        {"messageId": str(number), "body": f'{{"order_id": "{number}", "sku": "A", "quantity": 1}}'}
        for number in range(10)
    ]
}


class Context:
    """As much of an invocation as claims need."""

    def get_remaining_time_in_millis(self) -> int:
        """Return a minute."""
        return 60_000


class Answer:
    """A successful answer of AWS."""

    status_code = 200


def answer(**_: Any) -> tuple[Answer, dict[str, Any]]:
    """Take the place of the network."""
    time.sleep(LATENCY)
    return Answer(), {}


def put(*, order: Order) -> None:
    """Keep an order, as a handler does that knows nothing of batches."""
    store = handler.store
    store.dynamodb.put_item(**store.writes(order)[0]["Put"])


put_once = idempotent_function(
    put,
    data_keyword_argument="order",
    persistence_store=idempotency_store(handler.store.dynamodb),
    config=handler.idempotency,
    key_prefix="plain",
)
any_work = IdempotentWork(
    lambda record: parse(record.body),
    work=lambda order: put(order=order),
    dynamodb=handler.store.dynamodb,
    table="claims",
    config=handler.idempotency,
    name="any-work",
)
BOUND = "the calls of any work"
KINDS: dict[str, Callable[[], BasePartialBatchProcessor]] = {
    "Powertools, one by one": lambda: BatchProcessor(EventType.SQS),
    "any work, side by side": lambda: IdempotentBatchProcessor(any_work, logger=handler.logger),
    "writes": lambda: IdempotentBatchProcessor(handler.once, logger=handler.logger),
}


def seconds(processor: BasePartialBatchProcessor) -> float:
    """Return how long one batch takes; all of it must succeed."""
    started = time.perf_counter()
    response = process_partial_response(EVENT, lambda record: put_once(order=parse(record.body)), processor)
    if response["batchItemFailures"]:
        raise SystemExit(f"a record failed: {response}")
    return time.perf_counter() - started


class Bound:
    """The calls of any work, and nothing else."""

    def __init__(self) -> None:
        self.orders = [parse(record["body"]) for record in EVENT["Records"]]
        self.claims = [claim for order in self.orders if (claim := any_work.claim(order))]
        self.completions = [any_work.completion(order, None) for order in self.orders]

    def seconds(self) -> float:
        """Return how long they take."""
        started = time.perf_counter()
        transact(handler.store.dynamodb, self.claims)
        side_by_side(lambda order: put(order=order), self.orders, workers=10)
        transact(handler.store.dynamodb, self.completions)
        return time.perf_counter() - started


def main() -> None:
    """Print the times of each kind, and how many times as long Powertools takes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="batches of each kind (default: 30)")
    rounds = parser.parse_args().rounds

    network: Any = handler.store.dynamodb.meta.events
    network.register("before-call.dynamodb", answer)
    handler.idempotency.register_lambda_context(Context())  # type: ignore[arg-type]  # the one method it uses
    bound = Bound()
    taken = [
        {**{name: seconds(processor()) for name, processor in KINDS.items()}, BOUND: bound.seconds()}
        for _ in range(rounds)
    ]
    print(f"{'':<24} {'median':>10} {'ratio':>6} {'fastest':>10} {'ratio':>6}")
    of_plain = [round_[next(iter(KINDS))] for round_ in taken]
    for name in (*KINDS, BOUND):
        of_kind = [round_[name] for round_ in taken]
        cells = [
            f"{pick(of_kind) * 1000:7.1f} ms {pick(of_plain) / pick(of_kind):6.2f}"
            for pick in (statistics.median, min)
        ]
        print(f"{name:<24} {' '.join(cells)}")


if __name__ == "__main__":
    main()
