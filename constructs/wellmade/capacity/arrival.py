"""What comes in from outside."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arrival:
    """Messages from outside; the peak comes first and then the rest of the day."""

    per_second: float
    multiple: float = 1.0
    seconds: float = 0.0

    @property
    def peak(self) -> float:
        """Return the highest rate."""
        return self.per_second * (self.multiple if self.seconds else 1.0)

    def at(self, moment: float) -> float:
        """Return the rate at a moment of the day; before its start it is that of the rest of the day."""
        return self.peak if 0 <= moment < self.seconds or not self.seconds else self.per_second
