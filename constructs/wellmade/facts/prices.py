"""List prices, all from one dated file, so that none hides in code or prose."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOURS_A_MONTH = 730
"""As AWS's own calculator counts."""

SECONDS_A_MONTH = HOURS_A_MONTH * 3600

KILOBYTES_A_GIGABYTE = 1024**2
"""As AWS bills: by powers of two."""

REGION = "us-east-1"
"""Whose prices are meant where nobody names a region."""

_EVERYWHERE = "global"


@dataclass(frozen=True)
class Quote:
    """One row of the file: what AWS asks for a unit, when that was read, and where."""

    usd: float
    unit: str
    as_of: str
    source: str


def price(name: str, region: str = REGION) -> float:
    """Return a price in US dollars; `prices.csv` tells its unit and where it was read.

    Raises:
        KeyError: If the file has no such price for the region.
    """
    found = quote(name, region)
    if found is None:
        raise KeyError(f"{name} in {region}")
    return found.usd


def quote(name: str, region: str = REGION) -> Quote | None:
    """Return a price with its source and date; None where the file has none for the region."""
    return _file().get((name, region)) or _file().get((name, _EVERYWHERE))


def regions() -> list[str]:
    """Return the regions that the file has prices for."""
    return sorted({region for _, region in _file()} - {_EVERYWHERE})


def basis(*names: str, region: str = REGION) -> str:
    """Tell which prices these are, for whoever reads a sum.

    Args:
        names: Of the prices in it. Default: all of the region.
        region: Whose prices they are. Default: us-east-1.

    Raises:
        KeyError: If the file has no such price for the region.
    """
    wanted = names or [name for name, where in _file() if where == region]
    dates = sorted({_dated(name, region) for name in wanted})
    told = " to ".join(dates[:1] + dates[1:][-1:])
    return f"list prices of {region} as of {told}"


def _dated(name: str, region: str) -> str:
    found = quote(name, region)
    if found is None:
        raise KeyError(f"{name} in {region}")
    return found.as_of


@cache
def _file() -> Mapping[tuple[str, str], Quote]:
    with Path(__file__).with_suffix(".csv").open(newline="", encoding="utf-8") as lines:
        return {
            (row["name"], row["region"]): Quote(float(row["usd"]), row["unit"], row["as_of"], row["source"])
            for row in csv.DictReader(lines)
        }
