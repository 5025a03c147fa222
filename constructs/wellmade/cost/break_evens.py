"""Where one way of doing something begins to cost less than another."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Way = Callable[[float, str], float | None]
"""US dollars a month by the amount of the driver and the region; None where something is not priced."""

_STEPS = 200
"""Amounts at which the ways are compared first; between two of them the crossing is halved in on."""


@dataclass(frozen=True)
class Choice:
    """Ways to do one thing, and what it is about.

    Args:
        driver: What is counted, such as requests a second.
        assumed: What holds for these figures, in a sentence.
        ways: By name.
        least: From where they are compared.
        most: Up to where; the price file has no more tiers, or nobody pays list prices there.
    """

    driver: str
    assumed: str
    ways: Mapping[str, Way]
    least: float
    most: float

    def costs(self, amount: float, region: str) -> dict[str, float | None]:
        """Return US dollars a month of each way."""
        return {name: way(amount, region) for name, way in self.ways.items()}

    def cheapest(self, region: str, among: Collection[str] = ()) -> list[tuple[float, str]]:
        """Return from which amount on which way costs least; a way that is not priced never does.

        Args:
            region: Whose prices are taken.
            among: Which ways are compared. Default: all.
        """
        ratio = self.most / self.least
        grid = [self.least * ratio ** (step / _STEPS) for step in range(_STEPS + 1)]
        first = self._best(self.least, region, among)
        begin = [(self.least, first)] if first else []
        return begin + list(self._changes(grid, region, among))

    def from_where(self, way: str, region: str) -> float | None:
        """Return from which amount on a way costs less than the first one; None where it never does."""
        first = next(iter(self.ways))
        return next((amount for amount, best in self.cheapest(region, (first, way)) if best == way), None)

    def _changes(
        self, grid: Sequence[float], region: str, among: Collection[str]
    ) -> Iterator[tuple[float, str]]:
        for low, high in pairwise(grid):
            before, after = (self._best(amount, region, among) for amount in (low, high))
            if after and after != before:
                yield self._where(low, high, after, region, among), after

    def _where(self, low: float, high: float, after: str, region: str, among: Collection[str]) -> float:
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if self._best(middle, region, among) == after else (middle, high)
        return high

    def _best(self, amount: float, region: str, among: Collection[str]) -> str | None:
        found = {name: usd for name, usd in self.costs(amount, region).items() if not among or name in among}
        priced = {name: usd for name, usd in found.items() if usd is not None}
        return min(priced, key=lambda name: (priced[name], name)) if priced else None
