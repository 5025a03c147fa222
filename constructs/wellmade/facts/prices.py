"""List prices, all from one dated file, so that none hides in code or prose."""

import json
from functools import cache
from pathlib import Path
from typing import Any

HOURS_A_MONTH = 730
"""As AWS's own calculator counts."""


def price(name: str) -> float:
    """Return a price in US dollars; `prices.json` tells its unit and where it was read.

    Raises:
        KeyError: If the file has no such price.
    """
    return float(_file()["prices"][name]["usd"])


def basis(*names: str) -> str:
    """Tell which prices these are, for whoever reads a sum.

    Args:
        names: Of the prices in it; they may have been read at other times than the rest of the file.

    Raises:
        KeyError: If the file has no such price.
    """
    dates = sorted({_file()["prices"][name].get("as_of", _file()["as_of"]) for name in names})
    told = " to ".join(dates[:1] + dates[1:][-1:]) or _file()["as_of"]
    return f"list prices of {_file()['region']} as of {told}"


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return loaded
