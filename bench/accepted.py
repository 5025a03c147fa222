"""How many inputs a producer accepts and one of its consumers refuses: orders and clicks.

Each input is generated from what the producer's schema says and from around it; every one that is accepted
goes to every consumer and every step of the saga. `make test` tries 100 of each. The target is 0.

    python -m bench.accepted [--count 5000]
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.handlers.support import EXAMPLES

HANDLERS = Path(__file__).resolve().parent.parent / "tests" / "handlers"
TESTS = [HANDLERS / "order_events" / "test_accepted.py", HANDLERS / "clickstream" / "test_accepted.py"]


def main() -> int:
    """Try them; 1 when a consumer refuses one, with the shortest input that it refuses."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=5000, help="inputs for each consumer (default: 5000)")
    count = parser.parse_args().count
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--durations=0",
        *map(str, TESTS),
    ]
    return subprocess.run(command, env={**os.environ, EXAMPLES: str(count)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
