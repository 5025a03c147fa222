"""A price file with what AWS's lists say today; what cannot be read stays as it was, and is told."""

import csv
import io
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from wellmade.console import write_whole
from wellmade.cost.refresh.price_list import AWS, Line, PriceList, PriceListError, fetch, regions_of
from wellmade.errors import WellmadeError
from wellmade.facts.prices import COLUMNS, EVERYWHERE, REGION, SHIPPED, Quote, read_prices

_MOST = 2.0
"""A price that moves by more than this factor is told and not taken: rather the wrong line was found."""
_FARTHEST = 4.0
"""As much, between a region that the file has no price for and us-east-1."""
_PREFIX = re.compile(r"^[A-Z]+\d*-")
"""Of a region, before a usage type."""
_INSTANCE = re.compile(r"EC2 on demand Linux, (\S+) hour")
Prices = dict[tuple[str, str], Quote]


@dataclass(frozen=True)
class Rate:
    """How a price of ours is found in a list.

    Args:
        name: In the price file.
        usage: The usage type, without the prefix that all regions but one have; several where regions differ.
        operation: Where several operations share a usage type. Default: any.
        start: Where its tier begins. Default: the first that costs something.
        times: How many units of the list one of ours has. Default: 1.
    """

    name: str
    usage: tuple[str, ...]
    operation: str = ""
    start: float = 0.0
    times: float = 1.0

    def matches(self, line: Line) -> bool:
        """Tell whether a line of a list whose usage type is of this rate is about it."""
        return line.usd > 0 and self.operation in ("", line.operation)


@dataclass
class Outcome:
    """What a refresh did."""

    read: int = 0
    added: int = 0
    """Prices that the file did not have for a region."""
    changed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left: int = 0
    """Prices that no list is known for, and that stay as they are."""


def refresh(file: Path, server: str = AWS, region: str = REGION) -> Outcome:
    """Write a price file anew, beginning with what it has; without one, with what is shipped.

    A rate that it lacks for one of its regions is added. Which version each list had, and its hash, stand
    beside it in `<file>.lock.json`.

    Args:
        file: The price file.
        server: Where the lists are. Default: AWS's own.
        region: A region that it is to have, too. Default: us-east-1, which it has.

    Raises:
        WellmadeError: If the file or its lock cannot be read or written.
    """
    prices = _before(file)
    lock_file = file.with_name(f"{file.name}.lock.json")
    lock = _read_lock(lock_file)
    outcome = Outcome()
    regions = sorted({where for _, where in prices} - {EVERYWHERE} | {region})
    with tempfile.TemporaryDirectory() as folder:
        for code, rates in _rates().items():
            _refresh_service(prices, lock, outcome, (server, code, rates, regions), Path(folder))
    known = {rate.name for rates in _rates().values() for rate in rates}
    outcome.left = sum(name not in known for name, _ in prices)
    write_whole(file, _as_csv(prices).encode())
    write_whole(lock_file, (json.dumps(lock, indent=1, sort_keys=True) + "\n").encode())
    return outcome


def _before(file: Path) -> Prices:
    try:
        return dict(read_prices(file if file.exists() else SHIPPED))
    except ValueError as error:
        raise WellmadeError(str(error)) from error


def _refresh_service(
    prices: Prices,
    lock: dict[str, str],
    outcome: Outcome,
    asked: tuple[str, str, Sequence[Rate], Sequence[str]],
    folder: Path,
) -> None:
    server, code, rates, regions = asked
    try:
        paths = regions_of(server, code)
    except PriceListError as error:
        outcome.problems.append(str(error))
        return
    for region in regions:
        if region not in paths:
            outcome.problems.append(f"{code} has no list for {region}")
            continue
        try:
            found = fetch(server, paths[region], folder)
            _require_same(lock, found)
            _take(prices, outcome, found, region, rates)
        except PriceListError as error:
            outcome.problems.append(str(error))
            continue
        lock[found.path] = found.sha256
        found.file.unlink()


def _require_same(lock: Mapping[str, str], found: PriceList) -> None:
    """Raise where a version that was read before has another content now."""
    before = lock.get(found.path, found.sha256)
    if before != found.sha256:
        raise PriceListError(
            f"{found.path} must have the hash {before[:12]}… as before, got {found.sha256[:12]}…"
        )


def _take(prices: Prices, outcome: Outcome, found: PriceList, region: str, rates: Sequence[Rate]) -> None:
    """Take the rates of a list, all lines of which were read before anything changes."""
    for rate, matching in _lines(found, rates).items():
        key = rate.name, region
        old = prices.get(key) or prices.get((rate.name, REGION))
        if old is None:
            continue
        new = _price(rate, matching)
        most = _MOST if key in prices else _FARTHEST
        if isinstance(new, float) and not old.usd / most <= new <= old.usd * most:
            new = f"{old.usd:g} became {new:g}, more than {most:g} times as much or as little"
        if isinstance(new, str):
            stays = "it stays as it was" if key in prices else "it has no price there"
            outcome.problems.append(f"{rate.name} in {region}: {new} ({found.path}); {stays}")
            continue
        outcome.read += 1
        outcome.added += key not in prices
        if key in prices and new != old.usd:
            outcome.changed.append(f"{rate.name} in {region}: {old.usd:g} → {new:g}")
        source = f"AWS price list {found.path}"
        prices[key] = replace(old, usd=new, as_of=found.published, source=source, also="")


def _lines(found: PriceList, rates: Sequence[Rate]) -> Mapping[Rate, list[Line]]:
    """Return the lines about each rate; a list may have a million of them, so that each is looked up."""
    lines: dict[Rate, list[Line]] = {rate: [] for rate in rates}
    by_usage: dict[str, list[Rate]] = defaultdict(list)
    for rate in rates:
        for usage in rate.usage:
            by_usage[usage].append(rate)
    for line in found.lines():
        named = {line.usage, _PREFIX.sub("", line.usage)}
        for rate in (one for usage in named for one in by_usage.get(usage, ())):
            if rate.matches(line):
                lines[rate].append(line)
    return lines


def _price(rate: Rate, lines: Sequence[Line]) -> float | str:
    """Return the price in our unit, or why there is none."""
    if rate.start:
        tier = {line.usd for line in lines if line.start == rate.start}
    else:
        first = min((line.start for line in lines), default=0.0)
        tier = {line.usd for line in lines if line.start == first}
    usage = " or ".join(rate.usage)
    if len(tier) == 1:
        return float(f"{tier.pop() * rate.times:.12g}")
    return f"{len(tier)} prices are listed for {usage}" if tier else f"{usage} is not listed"


@cache
def _rates() -> Mapping[str, tuple[Rate, ...]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("rates.json").read_text())
    read = {code: tuple(_rate(one) for one in rates) for code, rates in found.items()}
    return {**read, "AmazonEC2": (*read["AmazonEC2"], *_instances())}


def _instances() -> Iterator[Rate]:
    """Yield the rates of instances; a list names their type as the price file does."""
    units = {name: quote.unit for (name, _), quote in read_prices(SHIPPED).items()}
    for name, unit in units.items():
        kind = _INSTANCE.fullmatch(unit)
        if kind:
            yield Rate(name, (f"BoxUsage:{kind[1]}",), "RunInstances")


def _rate(one: Mapping[str, Any]) -> Rate:
    usage = one["usage"]
    names = (usage,) if isinstance(usage, str) else tuple(usage)
    return Rate(one["name"], names, one.get("operation", ""), one.get("from", 0.0), one.get("times", 1.0))


def _read_lock(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        found = json.loads(file.read_text())
        return {str(path): str(digest) for path, digest in found.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise WellmadeError(
            f"{file}: must be what a refresh wrote, got {error}; delete it to begin anew"
        ) from error


def _as_csv(prices: Prices) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(prices))
    return text.getvalue()


def _rows(prices: Prices) -> Iterator[tuple[str, ...]]:
    for (name, region), quote in prices.items():
        usd = f"{quote.usd:.12f}".rstrip("0").rstrip(".")
        yield name, quote.unit, region, usd, quote.as_of, quote.source, quote.also
