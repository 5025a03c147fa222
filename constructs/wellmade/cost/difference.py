"""What a change costs: by resource, each with the reason."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellmade.cost.bill import Bill
from wellmade.cost.estimate import Estimate
from wellmade.cost.versions import as_in
from wellmade.graph import Graph, Resource
from wellmade.graph.as_written import as_written

_WIDEST = 60
"""Characters of a value that is told; of a longer one only that it changed."""
_SECRET = re.compile("password|secret|token", re.IGNORECASE)
"""Names of properties whose values belong into no comment."""


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
    were = {as_in(before, after, name): name for name in before.resources}
    found = []
    for name in sorted({*were, *after.resources}):
        once = were.get(name, name)
        sums = was.stated.by_resource.get(once, 0.0), now.stated.by_resource.get(name, 0.0)
        pair = before.resources.get(once), after.resources.get(name)
        unknown = _unknown(was.stated, once), _unknown(now.stated, name)
        if round(sums[0] - sums[1], 4) or unknown[0] != unknown[1]:
            if pair[0] and pair[1]:
                told = [
                    *_properties((before, pair[0]), (after, pair[1])),
                    *_amounts(pair[0], pair[1], was.stated, now.stated),
                ]
            else:
                told = ["removed" if pair[0] else "added"]
            reason = "; ".join([*told, *_told(*unknown)])
            kind = next(one.type for one in pair if one)
            found.append(Change(name, kind, *sums, reason))
    return sorted(found, key=lambda one: (-abs(one.delta), one.resource))


def _properties(old: tuple[Graph, Resource], new: tuple[Graph, Resource]) -> Iterator[str]:
    before, after = old[1], new[1]
    if before.condition != after.condition:
        yield _change("Condition", (before.condition, after.condition))
    for name in sorted({*before.properties, *after.properties}):
        values = before.properties.get(name), after.properties.get(name)
        if values[0] != values[1] and not _differs_by_stack(name, values, old, new):
            yield _change(name, values)


def _differs_by_stack(
    name: str, values: tuple[object, object], old: tuple[Graph, Resource], new: tuple[Graph, Resource]
) -> bool:
    """Tell whether only the name of the stack is another one, within what refers to resources of it."""
    if old[1].id == new[1].id or all(isinstance(value, str | int | float) for value in values):
        return False
    return as_written(*old).get(name) == as_written(*new).get(name)


def _amounts(before: Resource, after: Resource, was: Bill, now: Bill) -> Iterator[str]:
    units = _units(was, before.id), _units(now, after.id)
    for meter in sorted({*units[0], *units[1]}):
        one, other = units[0].get(meter, 0.0), units[1].get(meter, 0.0)
        if round(one - other, 4):
            yield f"{meter} {one:,.4g} → {other:,.4g}"


def _change(name: str, values: tuple[object, object]) -> str:
    if all(map(_is_short, values)) and not _SECRET.search(name):
        return f"{name} {_shown(values[0])} → {_shown(values[1])}"
    return f"{name} changed"


def _is_short(value: object) -> bool:
    """Tell whether a value reads well in a row; programs and definitions do not."""
    return isinstance(value, int | float | bool | None) or (
        isinstance(value, str) and len(value) <= _WIDEST and value.isprintable()
    )


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
