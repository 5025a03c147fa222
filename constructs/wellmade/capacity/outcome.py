"""What happens at a load: utilisation, backlogs, waits, and what breaks."""

from dataclasses import dataclass
from functools import cached_property
from math import inf

from wellmade.capacity.by_chance import refused_by_chance
from wellmade.capacity.channel import Channel
from wellmade.capacity.day import Day, Stretch
from wellmade.capacity.multiples import first_multiple
from wellmade.capacity.passage import Passage, passage_of
from wellmade.capacity.problems import Found, Problem, limit_problems
from wellmade.capacity.spans import DAY
from wellmade.capacity.system import Limit, System
from wellmade.capacity.throttled import Throttles, throttles_of


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
            if full and not self._catches_up(channel):
                able[channel.id] = max(full)
        return able

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """What becomes of the messages of each channel over a day."""
        return {
            one.id: passage_of(one, self.stretches[one.id], self.system.lanes(one))
            for one in self.system.channels
        }

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that does not hold, the limits first."""
        found = list(limit_problems(self.system))
        return [*found, *(one for channel in self.system.channels if (one := self.found(channel).problem))]

    @cached_property
    def throttles(self) -> dict[str, list[Throttles]]:
        """What sources hold that ask for more runs than there may be."""
        return {
            one.id: list(throttles_of(self.system, one, self.stretches[one.id]))
            for one in self.system.channels
        }

    def oldest(self, channel: Channel) -> float:
        """Return the age of the oldest message at the worst time."""
        waits = self.passages[channel.id].longest_wait
        held = max((one.oldest for one in self.throttles[channel.id]), default=0.0) if waits < inf else 0.0
        return min(max(waits, held) + channel.delay, max(channel.retention, waits + channel.delay))

    def found(self, channel: Channel) -> Found:
        """Return what is known of a channel at this load."""
        stretches, passage = self.stretches[channel.id], self.passages[channel.id]
        moved = [(one.moved, one.limit) for one in self.throttles[channel.id]]
        throttled, limit = max(moved, key=lambda one: one[0], default=(0.0, None))
        peak = max(one.admitted for one in stretches)
        chance = refused_by_chance(self.system, channel, self.stretches)
        held = max(
            ((one.oldest, one.ends - one.begins) for one in self.throttles[channel.id]), default=(0.0, 0.0)
        )
        return Found(
            self.system, channel, passage, self.oldest(channel), peak, throttled, limit, *held, chance,
            sum(one.admitted * (min(one.end, DAY) - one.start) for one in stretches if one.start < DAY),
        )  # fmt: skip

    def oldest_at_most(self, channel: Channel) -> tuple[float, bool]:
        """Return the same, and whether it is the most that it may be, not what it is."""
        age, waits = self.oldest(channel), self.passages[channel.id].longest_wait
        by_chance = max((one.oldest_by_chance for one in self.throttles[channel.id]), default=0.0)
        most = max(age, min(by_chance + channel.delay, channel.retention))
        return most, waits + channel.delay < most < inf

    def _catches_up(self, channel: Channel) -> bool:
        """Tell whether what arrives at the peak gets through after all, once ramps are done."""
        stretches = self.stretches[channel.id]
        peak = max(one.admitted for one in stretches) * (1 - 1e-9)
        last = max(at for at, one in enumerate(stretches) if self._is_full(channel, one))
        return any(one.admitted >= peak for one in stretches[last + 1 :])

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
