"""How a limit grows from where it starts to what is allowed."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Ramp:
    """A limit that follows its load in steps, upwards only: a day is judged from its peak on."""

    start: float
    """What is allowed at the least."""
    every: float
    """Seconds from when the limit is reached until it grows."""
    add: float = 0.0
    factor: float = 1.0
    base: float = 1.0
    """What is allowed before the peak, as a multiple of the load then."""
    delay: float = 0.0
    """Seconds more until what was asked for works, such as the start of a task."""
    unit: float = 1.0
    """How much one more of the setting allows; what is allowed comes in whole ones of these."""
    backlog: float = 0.0
    """With a target: messages that may wait for each of these."""
    steps: tuple[tuple[float, float, bool], ...] = ()
    """Of step scaling: from which backlog on, how many more, or exactly how many."""

    @property
    def wakes_at(self) -> float:
        """Return the backlog without which step scaling begins nothing, where it begins with nothing."""
        return min(one[0] for one in self.steps) if self.steps and self.start < self.unit else 0.0

    def before(self, load: float, allowed: float) -> float:
        """Return what is allowed when the peak begins."""
        return min(allowed, max(self.start, ceil(self.base * load / self.unit - 1e-9) * self.unit))

    def after(self, level: float, allowed: float, waiting: float) -> float:
        """Return what is asked for next."""
        if self.steps:
            return min(allowed, max(level, self._stepped(level, waiting)))
        if self.backlog:
            # Tracking aims at so many messages a task: it asks for the backlog's share at once.
            wanted = -(-waiting // self.backlog) * self.unit
            return min(allowed, max(level, wanted))
        return min(allowed, max(level * self.factor + self.add, level))

    def _stepped(self, level: float, waiting: float) -> float:
        wanted = level
        for least, count, exact in self.steps:
            if waiting >= least:
                wanted = count * self.unit if exact else level + count * self.unit
        return wanted
