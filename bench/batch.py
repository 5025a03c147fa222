"""How much sooner an idempotent batch of ten is done when its records are processed side by side.

The same ten records, three AWS calls each (claim, work, completion), every call answered after 3 ms
without a network; Powertools' plain processor and ours in turn. On a busy machine the fastest rounds tell
more than the medians, because other programs only ever add time.

    python bench/batch.py [--rounds 30]
"""

import argparse
import os
import statistics
import sys
import time
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

from order_worker import handler
from wellmade_runtime.batch import ConcurrentBatchProcessor

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


def seconds(processor: BasePartialBatchProcessor) -> float:
    """Return how long one batch takes; all of it must succeed."""
    started = time.perf_counter()
    response = process_partial_response(EVENT, handler._process, processor)  # noqa: SLF001 - our own
    if response["batchItemFailures"]:
        raise SystemExit(f"a record failed: {response}")
    return time.perf_counter() - started


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="batches of each kind (default: 30)")
    rounds = parser.parse_args().rounds

    network: Any = handler.store.dynamodb.meta.events
    network.register("before-call.dynamodb", answer)
    handler.idempotency.register_lambda_context(Context())  # type: ignore[arg-type]  # the one method it uses
    plain, ours = zip(
        *(
            (seconds(BatchProcessor(EventType.SQS)), seconds(ConcurrentBatchProcessor(logger=handler.logger)))
            for _ in range(rounds)
        ),
        strict=True,
    )
    print(f"{'':<20} {'one by one':>11} {'side by side':>13} {'ratio':>6}")
    for name, pick in (("median", statistics.median), ("fastest round", min)):
        before, after = pick(plain), pick(ours)
        print(f"{name:<20} {before * 1000:8.1f} ms {after * 1000:10.1f} ms {before / after:6.2f}")


if __name__ == "__main__":
    main()
