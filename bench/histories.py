"""How many histories of deliveries break an invariant of payments, ledger, stock, counts or idempotency.

Each history delivers up to 10 messages of few identities, repeated, in any order, contradicting each other,
and dying before or after a call; then what is kept is compared with what was asked for first. `make test`
tries 20 of each. The target is 0.

    python -m bench.histories [--count 2000]
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.handlers.support import EXAMPLES

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "handlers" / "histories"


def main() -> int:
    """Try them; 1 when an invariant is broken, with the shortest history that breaks it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="histories of each kind (default: 2000)")
    count = parser.parse_args().count
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=0", str(FOLDER)]
    return subprocess.run(command, env={**os.environ, EXAMPLES: str(count)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
