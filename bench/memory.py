"""Whether a file of a million rows takes more memory than one of ten thousand.

Each file is generated, never stored, and read, checked and batched as the function does it; AWS is faked.
Each peak is that of a process of its own (resident memory).

    python bench/memory.py [--rows 1000000]
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from tabular_ingest.domain import read_rows
from tabular_ingest.store import Store
from tabular_ingest.tabular.schema import parse_schema
from wellmade_runtime.s3_events import S3Object

SCHEMA = '{"id": "integer", "name": "text", "price": "decimal", "day": "date?"}'


class Aws:
    """Takes everything and keeps nothing."""

    def batch_write_item(self, **_: Any) -> dict[str, Any]:
        """Write all items."""
        return {"UnprocessedItems": {}}

    def put_object(self, **_: Any) -> None:
        """Store an object."""


def chunks(rows: int) -> Iterator[bytes]:
    """Yield a CSV file in pieces; every tenth row is to be rejected."""
    yield b"id,name,price,day\n"
    for start in range(0, rows, 1000):
        yield b"".join(
            b"%d,name of row %d,%s,2026-01-02\n" % (n, n, b"none" if n % 10 == 0 else b"1.25")
            for n in range(start, min(start + 1000, rows))
        )


def load(rows: int) -> None:
    """Load one file and print the peak of this process, in KiB."""
    aws = cast(Any, Aws())
    store = Store(s3=aws, dynamodb=aws, table="rows", results="results", quarantine="quarantine")
    source = S3Object("inbox", "bench.csv", "etag", None)
    tally = store.load(source, read_rows(source.key, chunks(rows), parse_schema(SCHEMA)))
    if tally.loaded + tally.rejected != rows:
        raise SystemExit(f"expected {rows} rows, got {tally}")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def measure(rows: int) -> tuple[float, float]:
    """Return the peak in MiB and the seconds of one file in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, __file__, "--alone", str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024, time.perf_counter() - started


def main() -> None:
    """Print the peaks of a small and of a large file and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large file (default: 1000000)")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        load(options.alone)
        return
    peaks = {rows: measure(rows) for rows in (10_000, options.rows)}
    for rows, (peak, took) in peaks.items():
        print(f"{rows:>9} rows {peak:7.1f} MiB in {took:.1f} s")
    small, large = (peak for peak, _ in peaks.values())
    print(f"ratio          {large / small:7.2f}")


if __name__ == "__main__":
    main()
