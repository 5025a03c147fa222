"""Throttles: receives that they take, and for how long messages wait meanwhile.

A source without a maximum concurrency asks for more runs than a function may have. It holds what is
throttled and tries it again until the visibility timeout ends; then a receive is used up, and after the
last one a message that nothing was wrong with is in the dead-letter queue. What is tried again begins in no
order, so that how long it is held is exponentially distributed.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import exp, inf, log

from wellmade.capacity.chance import never_begins
from wellmade.capacity.channel import Channel
from wellmade.capacity.day import Stretch
from wellmade.capacity.system import Limit, System
from wellmade.capacity.units import AT_ONCE
from wellmade.facts import sqs
from wellmade.facts.lambda_ import REQUESTS_PER_ENVIRONMENT

_DAY = 86_400.0
_LOOKS = 400
_NONE = 1e-12
_LONG = 100.0
_HALVES = 30
_AGES = 60
"""Moments of a wait of which the ages are worked out."""


@dataclass(frozen=True)
class Throttles:
    """What a source holds that asks for more runs than a limit allows, over a day."""

    system: System
    channel: Channel
    stretches: Sequence[Stretch]
    limit: Limit
    room: float
    """Runs at once that are left for it."""

    @property
    def moved(self) -> float:
        """Return how many good messages of a day end in the dead-letter queue."""
        return self._moved_by_backlog + self.moved_by_chance

    @cached_property
    def moved_by_chance(self) -> float:
        """Return how many at the most do though there is room on average, as messages do not come evenly."""
        work, found = self.channel.work, 0.0
        for one in self.stretches:
            seconds, load = min(one.end, _DAY) - one.start, self._load(one)
            if work.failing.most < inf and seconds > 0 and load < self.room:
                ended = self.runs * work.visibility * work.failing.most
                found += one.admitted * self.more * seconds * never_begins(self.room, load, ended)
        return found

    def _load(self, stretch: Stretch) -> float:
        """Return the runs at once that a stretch has on average."""
        runs = stretch.admitted * self.channel.work.tries_alone * self.more / self.gathered
        return runs / self.runs * self.room

    @property
    def _moved_by_backlog(self) -> float:
        work = self.channel.work
        most = work.failing.most
        if most == inf or self.ends - self.begins <= max(1.0, most - 1) * work.visibility:
            return 0.0
        count = 0.0
        for moment, seconds in self._looks():
            part = 1.0
            for receive in range(int(most)):
                part *= self._late(moment + receive * work.visibility)
                if part < _NONE:
                    break
            count += self._rate(moment) * seconds * part
        return count

    @property
    def oldest(self) -> float:
        """Return the seconds that the last one of those waits that came at the worst time."""
        length = (self.ends - self.begins) / _AGES
        moments = [self.begins + number * length for number in range(_AGES)] if length else []
        return max((self._age(moment, self._rate(moment) * length) for moment in moments), default=0.0)

    @property
    def oldest_by_chance(self) -> float:
        """Return for how long one message waits at the most though there is room on average."""
        return max((self._by_chance(one) for one in self.stretches), default=0.0)

    def _by_chance(self, stretch: Stretch) -> float:
        load, count = self._load(stretch), stretch.admitted * (min(stretch.end, _DAY) - stretch.start)
        if not 0 < load < self.room or count <= 1:
            return 0.0
        low, high = 0.0, self.channel.work.visibility * min(self.channel.work.failing.most, _LONG)
        for _ in range(_HALVES):
            middle = (low + high) / 2
            many = count * never_begins(self.room, load, self.runs * middle) > 1
            low, high = (middle, high) if many else (low, middle)
        return low

    @cached_property
    def more(self) -> float:
        """Return how many times its part of a queue a source may take that does not stop where it is full.

        Beside others it takes an equal part at the least, and after a batching window all that there is.
        """
        own, every = self.channel, [one for one in self.system.channels if one.source == self.channel.source]
        if len(every) < 2 or not own.share:
            return 1.0
        most = 1.0 if any(one.work.window for one in every) else 1 / len(every)
        return max(own.share, most) / own.share

    @cached_property
    def gathered(self) -> float:
        """Return the messages of a run: as pollers hold what they have read, only a window fills a batch."""
        rate = max(one.admitted for one in self.stretches) * self.more
        return max(1.0, min(self.channel.work.batch, rate * self.channel.work.window))

    @cached_property
    def runs(self) -> float:
        """Return the runs a second that get through: what one waits for holds up all others too."""
        work = self.channel.work
        length = max(work.fixed + work.each * self.gathered, 1 / REQUESTS_PER_ENVIRONMENT)
        runs = self.room / length
        for limit in self.system.limits:
            claim = limit.claims.get(self.channel.id, 0.0)
            if limit.holds and claim:
                at_once = claim / self.channel.cost * length
                runs = min(
                    runs, limit.allowed / (at_once if limit.unit == AT_ONCE else claim * self.gathered)
                )
        return runs

    @cached_property
    def waiting(self) -> list[tuple[float, float]]:
        """Return how many messages wait, at the moments between which that is a straight line."""
        found, count = [(0.0, 0.0)], 0.0
        able = self.runs * self.gathered / self.channel.work.tries_alone
        for one in self.stretches:
            end = min(one.end, _DAY)
            change = one.admitted * self.more - able
            if end <= one.start:
                continue
            if change < 0 and count and count / -change < end - one.start:
                found.append((one.start + count / -change, 0.0))
            most = max(count, self._most_held) if one.served >= one.admitted * (1 - 1e-9) else inf
            if change > 0 and count < most < count + change * (end - one.start):
                found.append((one.start + (most - count) / change, most))
            count = min(most, max(0.0, count + change * (end - one.start)))
            found.append((end, count))
        return found

    @property
    def _most_held(self) -> float:
        """Return the messages that all pollers hold: what then waits in the queue fills their batches."""
        return _most(self.channel) * self.gathered

    @cached_property
    def begins(self) -> float:
        """Return when messages begin to wait."""
        return next((at for (at, _), (_, after) in pairwise(self.waiting) if after > 0), _DAY)

    @cached_property
    def ends(self) -> float:
        """Return when none waits any more."""
        return next((at for at, count in self.waiting if at > self.begins and not count), _DAY)

    def held(self, moment: float) -> float:
        """Return how many runs the source asks for: as its pollers have grown, and as there are messages."""
        least, most = self.channel.work.pollers or (0.0, 0.0)
        grown = least + (moment - self.begins) * sqs.MORE_A_MINUTE / 60
        return min(most, grown, self._count(moment) / self.gathered + self.room)

    def _looks(self) -> Iterator[tuple[float, float]]:
        """Yield moments while messages wait, each with the seconds for which it stands."""
        step = max(self.channel.work.visibility, (self.ends - self.begins) / _LOOKS)
        moment = self.begins
        while moment < self.ends:
            yield moment, min(step, self.ends - moment)
            moment += step

    def _late(self, moment: float) -> float:
        """Return the part of what is held that does not begin before its messages are visible again."""
        held = self.held(moment) if moment < self.ends else 0.0
        return exp(-self.runs * self.channel.work.visibility / held) if held > self.room else 0.0

    def _age(self, moment: float, messages: float) -> float:
        """Return when the last of so many messages begins, from when they are read behind the others."""
        held = self.held(moment)
        ahead = max(0.0, self._count(moment) / self.gathered - held) / self.runs
        left = log(max(1.0, messages / self.gathered))
        # After its last receive a message is in the dead-letter queue, and no longer here.
        latest = ahead + self.channel.work.visibility * self.channel.work.failing.most
        return min(latest, self._begun(moment, ahead, left))

    def _begun(self, moment: float, ahead: float, left: float) -> float:
        while left > 0 and moment + ahead < self.ends:
            begin = self.runs / max(self.held(moment + ahead), self.room)
            seconds = min((self.ends - self.begins) / _AGES, self.ends - moment - ahead)
            if left < seconds * begin:
                return ahead + left / begin
            left -= seconds * begin
            ahead += seconds
        return ahead

    def _rate(self, moment: float) -> float:
        rate = next((one.admitted for one in self.stretches if one.start <= moment < one.end), 0.0)
        return rate * self.more

    def _count(self, moment: float) -> float:
        for before, after in pairwise(self.waiting):
            if before[0] <= moment <= after[0] and after[0] > before[0]:
                part = (moment - before[0]) / (after[0] - before[0])
                return before[1] + part * (after[1] - before[1])
        return self.waiting[-1][1]


def throttles_of(system: System, channel: Channel, stretches: Sequence[Stretch]) -> Iterator[Throttles]:
    """Yield the limits that throttle the source of a queue."""
    if channel.work.pollers is None or channel.work.visibility == inf:
        return
    for limit in system.limits:
        if limit.throttles and channel.id in limit.claims:
            others = sum(
                _most(one) for one in system.channels if one.id in limit.claims and one is not channel
            )
            room = max(1.0, limit.allowed - limit.constant - min(others, limit.allowed / 2))
            if _most(channel) > room:
                yield Throttles(system, channel, stretches, limit, room)


def asks_for_more(system: System, channel: Channel) -> bool:
    """Tell whether the source of a queue may ask for more runs than its function may have."""
    rooms = (limit.allowed for limit in system.limits if limit.throttles and channel.id in limit.claims)
    return _most(channel) > min(rooms, default=inf)


def _most(channel: Channel) -> float:
    """Return how many runs at once are asked for at the most."""
    return channel.work.pollers[1] if channel.work.pollers else 0.0
