"""How many refusals a template shows too, and why none shows the others: counted into docs/check.md."""

import re
from collections import Counter
from pathlib import Path

from tests.raised_refusals import entries

PAGE = Path(__file__).parent / "check.md"
_SEEN = re.compile(r"\d+ of these refusals have a template")
_TABLE = re.compile(r"(?<=\| why no template shows it \| refusals \|\n\|---\|---\|\n)(?:\|.*\n)+")


def check_page() -> str:
    """Return the page of `check` with what the table of refusals counts today."""
    rows = [row for each in entries().values() for row in each]
    reasons = Counter(row["reason"] for row in rows if "reason" in row)
    table = "".join(f"| {why} | {count} |\n" for why, count in reasons.most_common())
    seen = f"{sum('rule' in row for row in rows)} of these refusals have a template"
    return _TABLE.sub(lambda _: table, _SEEN.sub(seen, PAGE.read_text()))
