"""From charges to US dollars: tiers and free tiers count for an account, not for each resource."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from wellmade.cost.meter import Charge, Meter, NotPriced
from wellmade.graph import Resource

MOST = 1e18
"""Units of a month, beyond which a template holds no amount; sums of less stay finite."""


@dataclass(frozen=True)
class Line:
    """What one resource takes of one meter, and its part of what that costs."""

    resource: Resource
    meter: Meter
    units: float
    usd: float
    fixed: bool


@dataclass(frozen=True)
class Bill:
    """A month; where something is not priced, every sum is the least that it may be."""

    lines: tuple[Line, ...]
    not_priced: tuple[tuple[Resource, str], ...]

    @cached_property
    def total(self) -> float:
        """Return US dollars of all that has a price."""
        return sum(line.usd for line in self.lines)

    @cached_property
    def fixed(self) -> float:
        """Return US dollars of what runs when nobody comes."""
        return sum(line.usd for line in self.lines if line.fixed)

    @property
    def at_least(self) -> bool:
        """Whether something is left out of the sums for want of a price."""
        return bool(self.not_priced)

    @cached_property
    def by_resource(self) -> Mapping[str, float]:
        """Return US dollars by resource id, the dearest first."""
        sums: dict[str, float] = defaultdict(float)
        for line in self.lines:
            sums[line.resource.id] += line.usd
        return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))


def bill(
    charges: Iterable[tuple[Resource, Charge | NotPriced]], region: str, *, free_tier: bool = False
) -> Bill:
    """Price what resources take.

    Args:
        charges: Of a month.
        region: Whose prices are taken.
        free_tier: Whether to subtract what costs an account nothing. Default: list prices from the first
            unit, as another stack of the account may use that up.
    """
    taken: dict[Meter, list[tuple[Resource, Charge]]] = defaultdict(list)
    unknown: list[tuple[Resource, str]] = []
    for resource, charge in charges:
        if isinstance(charge, NotPriced):
            unknown.append((resource, charge.why))
        elif not 0 <= charge.units < MOST:
            unknown.append((resource, f"{charge.meter.name}: {charge.units:g} of them is no amount"))
        elif charge.units > 0:
            taken[charge.meter].append((resource, charge))
    lines: list[Line] = []
    for meter, those in taken.items():
        units = sum(charge.units for _, charge in those)
        usd = meter.cost(units, region, free_tier=free_tier)
        if usd is None:
            unknown += [(resource, f"{meter.name}: no price for {region}") for resource, _ in those]
            continue
        lines += [
            Line(resource, meter, charge.units, usd * charge.units / units, charge.fixed)
            for resource, charge in those
        ]
    return Bill(tuple(lines), tuple(unknown))
