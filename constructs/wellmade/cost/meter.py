"""What a service counts, and what it takes for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from wellmade.facts.prices import quote


@dataclass(frozen=True)
class Meter:
    """One thing that is counted over a whole account and region, by tiers of the month."""

    name: str
    page: str
    """The page of AWS that says how it is counted."""
    tiers: tuple[tuple[float, str], ...]
    """Up to how many units of a month a price holds, and its name in `prices.csv`."""
    per: float = 1.0
    """How many units one price is for."""
    free: float = 0.0
    """Units of a month that cost an account nothing, for ever and not for its first year."""

    def cost(self, units: float, region: str, *, free_tier: bool = False) -> float | None:
        """Return US dollars for the units of a month; None where a tier has no price in the region."""
        total = 0.0
        for within, name in self._by_tier(units - self.free if free_tier else units):
            found = quote(name, region)
            if found is None:
                return None
            total += within / self.per * found.usd
        return total

    def _by_tier(self, units: float) -> Iterator[tuple[float, str]]:
        start = 0.0
        for end, name in self.tiers:
            within = min(units, end) - start
            if within <= 0:
                return
            yield within, name
            start = end
        if units > start * (1 + 1e-9):
            yield units - start, "beyond the last tier"


def flat(name: str, page: str, price: str, per: float = 1.0, free: float = 0.0) -> Meter:
    """Return a meter with one price for however many units."""
    return Meter(name, page, ((inf, price),), per, free)


@dataclass(frozen=True)
class Charge:
    """Units of a meter that one resource takes in a month."""

    meter: Meter
    units: float
    fixed: bool = False
    """Whether they are taken when nobody comes."""


@dataclass(frozen=True)
class NotPriced:
    """What a resource costs besides, and nobody knows here."""

    why: str
