"""List prices, all from one dated file, so that none hides in code or prose."""

import csv
import math
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

SHIPPED = Path(__file__).with_suffix(".csv")
"""The price file that travels with the library."""

COLUMNS = ("name", "unit", "region", "usd", "as_of", "source", "also")
"""Of a price file."""

EVERYWHERE = "global"
"""The region of a price that holds in all."""


@dataclass(frozen=True)
class Quote:
    """One row of the file: what AWS asks for a unit, when that was read, and where."""

    usd: float
    unit: str
    as_of: str
    source: str
    also: str = ""
    """Another source that says the same."""


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
    return _file().get((name, region)) or _file().get((name, EVERYWHERE))


def regions() -> list[str]:
    """Return the regions that the file has prices for."""
    return sorted({region for _, region in _file()} - {EVERYWHERE})


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


def use(file: Path | None) -> None:
    """Take all prices from a file from now on; from the shipped one where it is None.

    Raises:
        ValueError: If it is no price file.
    """
    if file:
        read_prices(file)  # one that cannot be read leaves the prices as they were
    _File.path = file or SHIPPED
    _file.cache_clear()
    _file()


def read_prices(file: Path) -> Mapping[tuple[str, str], Quote]:
    """Return the prices of a file by name and region.

    Raises:
        ValueError: With the line, if it is no price file.
    """
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = csv.DictReader(lines)
            found = {}
            for row in rows:
                found[row["name"], row["region"]] = _quote(row, f"{file}:{rows.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{file}: must be a price file, got {error}") from error
    except KeyError as error:
        raise ValueError(f"{file}: must have the columns {', '.join(COLUMNS)}, got no {error}") from error
    if not found:
        raise ValueError(f"{file}: must have a price at least, got none")
    return found


def _quote(row: Mapping[str, str], place: str) -> Quote:
    try:
        usd = float(row["usd"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place}: usd must be a number, got {row['usd']}") from error
    if not 0 <= usd < math.inf:
        raise ValueError(f"{place}: usd must be a number from 0, got {row['usd']}")
    return Quote(usd, row["unit"], row["as_of"], row["source"], row.get("also") or "")


class _File:
    """Which price file is in use."""

    path = SHIPPED


@cache
def _file() -> Mapping[tuple[str, str], Quote]:
    return read_prices(_File.path)
