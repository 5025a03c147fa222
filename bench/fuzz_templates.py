"""Odd templates by the thousand: how many of them `wellmade check` leaves with a traceback or after 10 s."""

import contextlib
import io
import itertools
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.unit.check.odd_templates import odd_templates
from wellmade.cli import main as wellmade

INPUTS = 20_000
MOST_SECONDS = 10
SEED = 13


def main() -> int:
    """Print counts, and return 1 where one failed."""
    codes: Counter[int] = Counter()
    failed: Counter[str] = Counter()
    slowest = 0.0
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        for number, text in enumerate(itertools.islice(odd_templates(SEED), inputs)):
            file.write_text(text, encoding="utf-8", errors="surrogatepass")
            start = time.perf_counter()
            code = _run(file, failed, f"{SEED}/{number}")
            taken = time.perf_counter() - start
            codes[code] += 1
            slowest = max(slowest, taken)
            if taken > MOST_SECONDS:
                failed[f"{SEED}/{number} took {taken:.1f} s"] += 1
    told = ", ".join(f"{count:,} ended with {code}" for code, count in sorted(codes.items()))
    print(f"{inputs:,} templates: {told}; {sum(failed.values())} failed, the slowest took {slowest:.2f} s")
    for place, count in failed.most_common(20):
        print(f"{count:>6} {place}")
    return int(bool(failed))


def _run(file: Path, failed: Counter[str], name: str) -> int:
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            return wellmade(["check", str(file), "--format", "json"])
    except Exception as error:  # noqa: BLE001 -- any is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        key = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
        if key not in failed:
            print(f"{name}: {key}: {str(error)[:120]}")
        failed[key] += 1
        return -1


if __name__ == "__main__":
    sys.exit(main())
