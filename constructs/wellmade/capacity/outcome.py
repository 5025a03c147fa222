"""What happens at a load: utilisation, backlogs, waits, and what breaks."""

from dataclasses import dataclass
from functools import cached_property
from math import inf

from wellmade.capacity.day import Day, Stretch
from wellmade.capacity.multiples import first_multiple
from wellmade.capacity.passage import Passage, passage_of
from wellmade.capacity.problems import Found, Problem, limit_problems
from wellmade.capacity.system import Channel, Limit, System
from wellmade.capacity.throttled import moved_by_throttles, refused_by_chance


@dataclass(frozen=True)
class Outcome:
    """One system at one multiple of its load."""

    system: System
    multiple: float

    @cached_property
    def rates(self) -> dict[str, float]:
        """What is offered to each channel at the peak, were nothing saturated: utilisation is of this."""
        return self.system.arriving(self.multiple)

    @cached_property
    def stretches(self) -> dict[str, list[Stretch]]:
        """What happens to each channel from one change of the day to the next."""
        return Day(self.system, self.multiple).stretches

    @cached_property
    def capacities(self) -> dict[str, float]:
        """What each channel gets through; behind a saturated stage, what it could."""
        able = self.system.capacities(self.multiple)
        for channel in self.system.channels:
            full = [one.served for one in self.stretches[channel.id] if self._is_full(channel, one)]
            if full:
                able[channel.id] = max(full)
        return able

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """What becomes of the messages of each channel over a day."""
        return {one.id: passage_of(one, self.stretches[one.id]) for one in self.system.channels}

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that does not hold, the limits first."""
        found = list(limit_problems(self.system))
        return [*found, *(one for channel in self.system.channels if (one := self.found(channel).problem))]

    def oldest(self, channel: Channel) -> float:
        """Return the age of the oldest message at the worst time."""
        return self.passages[channel.id].longest_wait + channel.delay

    def found(self, channel: Channel) -> Found:
        """Return what is known of a channel at this load."""
        stretches, passage = self.stretches[channel.id], self.passages[channel.id]
        throttled, limit = moved_by_throttles(self.system, channel, stretches)
        peak = max(one.admitted for one in stretches)
        chance = refused_by_chance(self.system, channel, self.stretches)
        return Found(self.system, channel, passage, self.oldest(channel), peak, throttled, limit, chance)

    def _is_full(self, channel: Channel, stretch: Stretch) -> bool:
        limit = stretch.admitted if channel.buffered else stretch.offered
        return stretch.served < limit * (1 - 1e-9)


def saturation(system: System, limit: Limit) -> float:
    """Return the multiple of the load at which a limit is reached."""
    if not any(limit.claims.values()):
        return inf
    return first_multiple(lambda multiple: limit.exceeded(system.arriving(multiple)))


def breaking(system: System) -> float:
    """Return the multiple of the load at which the system no longer holds."""
    return first_multiple(lambda multiple: bool(Outcome(system, multiple).problems))
