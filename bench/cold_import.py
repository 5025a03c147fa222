"""How much longer a function takes to start than boto3 and one client alone.

Starts fresh interpreters, the two kinds in turn, and compares the medians of the time that they
report themselves from their first statement to their last. On a machine that is shared `--clock process_time`
counts the processor's time alone, which others do not stretch.

    python bench/cold_import.py [--rounds 15] [--handler tabular_ingest.handler] [--clock perf_counter]
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

LAMBDA_SRC = Path(__file__).resolve().parent.parent / "lambda_src"
TIMED = "import time; started = time.{0}(); {1}; print(time.{0}() - started)"
BASELINE = 'import boto3; boto3.client("s3")'
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(LAMBDA_SRC),
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "TABLE_NAME": "rows",
    "IDEMPOTENCY_TABLE": "claims",
    "RESULTS_BUCKET": "results",
    "QUARANTINE_BUCKET": "quarantine",
}


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="fresh starts of each kind (default: 15)")
    parser.add_argument("--handler", default="tabular_ingest.handler", help="module to import")
    parser.add_argument(
        "--clock",
        choices=("perf_counter", "process_time"),
        default="perf_counter",
        help="function of `time` to measure with (default: perf_counter)",
    )
    options = parser.parse_args()

    baseline, handler = compare(options.rounds, options.handler, options.clock)
    print(f"boto3 and an S3 client   {baseline * 1000:7.1f} ms")
    print(f"{options.handler:<24} {handler * 1000:7.1f} ms")
    print(f"ratio                    {handler / baseline:7.2f}")


def compare(rounds: int, handler: str, clock: str) -> tuple[float, float]:
    """Return the median seconds of the baseline and of the handler; one round first warms the caches."""
    pairs = [(start(BASELINE, clock), start(f"import {handler}", clock)) for _ in range(rounds + 1)][1:]
    baseline, ours = zip(*pairs, strict=True)
    return statistics.median(baseline), statistics.median(ours)


def start(statement: str, clock: str) -> float:
    """Return the seconds that a statement takes in a fresh interpreter."""
    command = [sys.executable, "-c", TIMED.format(clock, statement)]
    return float(subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
