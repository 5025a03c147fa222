"""Which Lambda runtimes are deprecated, from the dated table beside the rules."""

import json
from functools import cache
from importlib import resources


@cache
def deprecated_runtimes() -> dict[str, str]:
    """Return the day of deprecation of each runtime that was deprecated on the date of the table.

    The table's own date decides and not today's, so that the same template has the same findings tomorrow.
    """
    table = json.loads((resources.files("wellmade.check") / "data" / "runtimes.json").read_text())
    as_of, days = str(table["as_of"]), table["deprecated_on"]
    return {runtime: day for runtime, day in days.items() if day <= as_of}
