"""What an alarm watches, and for how long it has to be over its line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Reading = tuple[float, float, float, float]
"""A moment, the age of the oldest message, messages that wait, messages that are worked on."""


def age(reading: Reading) -> float:
    """Return the age of the oldest message in seconds."""
    return reading[1]


@dataclass(frozen=True)
class Alarm:
    """Rings when its value is above the threshold for so long."""

    name: str
    threshold: float
    lasting: float = 0.0
    """Seconds between the first and the last data point that it takes."""
    value: Callable[[Reading], float] = age
    watches: str = "age"
    """`age` or `depth`: what the text says."""
    period: float = 60.0
    """Seconds of a data point."""

    @property
    def points(self) -> float:
        """Return how many data points in a row have to be over the line."""
        return self.lasting / self.period + 1

    def rings(self, readings: Sequence[Reading]) -> bool:
        """Tell whether it rings within a day's readings, which are straight lines in between."""
        return self.longest(readings) > self.lasting or (
            not self.lasting and any(self.value(one) > self.threshold for one in readings)
        )

    def longest(self, readings: Sequence[Reading]) -> float:
        """Return for how many seconds without a break the value is above the threshold."""
        best = current = 0.0
        for before, after in pairwise(readings):
            first, last = self.value(before), self.value(after)
            length = after[0] - before[0]
            if first > self.threshold and last > self.threshold:
                current += length
            elif first > self.threshold or last > self.threshold:
                part = length * (max(first, last) - self.threshold) / abs(last - first)
                best = max(best, current + part if first > self.threshold else part)
                current = part if last > self.threshold else 0.0
            else:
                current = 0.0
            best = max(best, current)
        return best
