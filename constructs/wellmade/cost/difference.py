"""What a change costs: by resource, each with the reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellmade.cost.bill import Bill
from wellmade.cost.estimate import Estimate
from wellmade.graph import Graph, Resource


@dataclass(frozen=True)
class Change:
    """One resource whose part of the bill is another one."""

    resource: str
    type: str
    before: float
    after: float
    reason: str

    @property
    def delta(self) -> float:
        """Return US dollars a month more, or less where it is negative."""
        return self.after - self.before


def changes(old: tuple[Graph, Estimate], new: tuple[Graph, Estimate]) -> list[Change]:
    """Return what changes at the stated load, the largest change first."""
    (before, was), (after, now) = old, new
    found = []
    for name in sorted({*before.resources, *after.resources}):
        sums = was.stated.by_resource.get(name, 0.0), now.stated.by_resource.get(name, 0.0)
        pair = before.resources.get(name), after.resources.get(name)
        unknown = _unknown(was.stated, name), _unknown(now.stated, name)
        if round(sums[0] - sums[1], 4) or unknown[0] != unknown[1]:
            reason = "; ".join([*_reasons(pair, was.stated, now.stated), *_told(*unknown)])
            kind = next(one.type for one in pair if one)
            found.append(Change(name, kind, *sums, reason))
    return sorted(found, key=lambda one: (-abs(one.delta), one.resource))


def _reasons(pair: tuple[Resource | None, Resource | None], was: Bill, now: Bill) -> Iterator[str]:
    before, after = pair
    if before is None or after is None:
        yield "added" if before is None else "removed"
        return
    for name in sorted({*before.properties, *after.properties}):
        values = before.properties.get(name), after.properties.get(name)
        if values[0] != values[1]:
            yield _change(name, values)
    units = _units(was, before.id), _units(now, after.id)
    for meter in sorted({*units[0], *units[1]}):
        one, other = units[0].get(meter, 0.0), units[1].get(meter, 0.0)
        if round(one - other, 4):
            yield f"{meter} {one:,.4g} → {other:,.4g}"


def _change(name: str, values: tuple[object, object]) -> str:
    if all(isinstance(value, str | int | float | bool | None) for value in values):
        return f"{name} {_shown(values[0])} → {_shown(values[1])}"
    return f"{name} changed"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _units(bill: Bill, name: str) -> Mapping[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for line in bill.lines:
        if line.resource.id == name:
            sums[line.meter.name] += line.units
    return sums


def _unknown(bill: Bill, name: str) -> frozenset[str]:
    return frozenset(why for resource, why in bill.not_priced if resource.id == name)


def _told(was: frozenset[str], now: frozenset[str]) -> Iterator[str]:
    yield from (f"not priced: {why}" for why in sorted(now - was))
    yield from (f"no longer: {why}" for why in sorted(was - now))
