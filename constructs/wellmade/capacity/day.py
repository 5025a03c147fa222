"""A day as a fluid: what arrives, what gets through, what waits, from one change to the next.

Between two changes (the end of a peak, a step of a ramp, a backlog that is gone) every rate is constant, so
backlogs and waits follow exactly, without a time step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

from wellmade.capacity.ramp import Ramp
from wellmade.capacity.sharing import MOST, pool_of, share
from wellmade.capacity.system import Limit, System

LONGEST = 3 * 86_400.0
"""Seconds after which ramps no longer change anything."""
_NONE = 1e-6
_CEASES = 0.9
"""Of the backlog with which runs fill their concurrency: what is left when they no longer do."""


@dataclass(frozen=True)
class Stretch:
    """Some time in which the rates of a channel stay the same; the last one never ends."""

    start: float
    end: float
    offered: float
    admitted: float
    served: float


@dataclass
class _Level:
    """What a limit with a ramp allows by now, and what is on its way."""

    ramp: Ramp
    limit: Limit
    allowed: float
    asked: float
    asks_at: float = inf
    pause: float = 1.0
    coming: list[tuple[float, float]] = field(default_factory=list)

    def next(self) -> float:
        return min([self.asks_at, *(at for at, _ in self.coming)])

    def reach(self, now: float, waiting: float) -> None:
        """Take what has come, and ask for more where it is time."""
        if self.asks_at <= now:
            self.asks_at = inf
            wanted = self.ramp.after(self.asked, self.limit.allowed, waiting)
            self.pause = 1.0 if wanted > self.asked else min(64.0, self.pause * 2)
            if wanted > self.asked:
                self.asked = wanted
                self.coming.append((now + self.ramp.delay, wanted))
        for at, level in self.coming:
            if at <= now:
                self.allowed = max(self.allowed, level)
        self.coming = [one for one in self.coming if one[0] > now]

    def watch(self, now: float, load: float) -> None:
        """Begin to count where the limit is reached; stop where it no longer is."""
        full = load >= self.allowed * (1 - 1e-9) and self.asked < self.limit.allowed
        if full and self.asks_at == inf and now < LONGEST:
            self.asks_at = now + self.ramp.every * self.pause
        elif not full:
            self.asks_at = inf


class Day:
    """One system at one multiple of its load, from the start of the peak until nothing changes any more."""

    def __init__(self, system: System, multiple: float) -> None:
        """Start with the levels that the rest of the day needs."""
        self.system = system
        self.multiple = multiple
        self.stretches: dict[str, list[Stretch]] = {one.id: [] for one in system.channels}
        base = system.arriving(multiple, moment=-1.0)
        self._levels = {
            index: _Level(limit.ramp, limit, level, level)
            for index, limit in enumerate(system.limits)
            if limit.ramp and (level := limit.ramp.before(limit.load(base), limit.allowed)) < limit.allowed
        }
        self._backlog = {one.id: 0.0 for one in system.channels}
        limits = self._allowed()
        pools = ((one, pool_of(one.id, limits)) for one in system.channels if one.buffered)
        self._fills = {one.id: pool * one.work.batch for one, pool in pools if pool < inf}
        self._filling: set[str] = set()
        self._run()

    def _run(self) -> None:
        now = 0.0
        while now < inf:
            offered, admitted, served = self._rates(now)
            self._watch(now, offered | served)
            then = self._next(now, admitted, served)
            for key, stretches in self.stretches.items():
                stretches.append(Stretch(now, then, offered[key], admitted[key], served[key]))
            if then == inf:
                return
            self._advance(then - now, admitted, served)
            now = then
            for level in self._levels.values():
                level.reach(now, sum(self._backlog[key] for key in level.limit.claims))

    def _allowed(self) -> list[tuple[Limit, float]]:
        return [
            (limit, self._levels[index].allowed if index in self._levels else limit.allowed)
            for index, limit in enumerate(self.system.limits)
        ]

    def _rates(self, now: float) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
        """Return what is offered, let in and served; a stage passes on what it serves."""
        limits = self._allowed()
        binding = [one for one in limits if not one[0].refuses]
        entries = [one for one in limits if one[0].refuses]
        served: dict[str, float] = {}
        factors: dict[str, float] = {}
        offered, admitted = served, served
        for _ in range(len(self.system.channels) + 3):
            offered, admitted = self._arriving(now, served, factors)
            let_in = _admitted(entries, offered)
            demand = {
                one.id: MOST if self._backlog[one.id] else admitted[one.id] for one in self.system.channels
            }
            found = share(self.system.channels, binding, demand, self._filling)
            if let_in == factors and _same(found, served):
                break
            served, factors = found, let_in
        return offered, admitted, served

    def _arriving(
        self, now: float, served: Mapping[str, float], factors: Mapping[str, float]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return what would come to each node and channel, and what comes behind entries that refuse."""
        wanted = {node: one.at(now) * self.multiple for node, one in self.system.arrivals.items()}
        coming = dict(wanted)
        offered: dict[str, float] = {}
        admitted: dict[str, float] = {}
        for node in self.system.order:
            rate = offered[node] = wanted.get(node, 0.0)
            inside = admitted[node] = coming.get(node, 0.0) * factors.get(node, 1.0)
            for channel in self.system.channels_from(node):
                offered[channel.id] = rate * channel.share
                admitted[channel.id] = inside * channel.share
                through = served.get(channel.id, admitted[channel.id])
                for end, passed in channel.passed_on(through):
                    for nodes in (wanted, coming):
                        nodes[end] = nodes.get(end, 0.0) + passed
            for link in self.system.links_from(node):
                wanted[link.target] = wanted.get(link.target, 0.0) + rate * link.gain
                coming[link.target] = coming.get(link.target, 0.0) + inside * link.gain
        return offered, admitted

    def _watch(self, now: float, served: dict[str, float]) -> None:
        for level in self._levels.values():
            ramp = level.ramp
            if ramp.steps or ramp.backlog:
                waiting = sum(self._backlog[key] for key in level.limit.claims)
                load = inf if waiting else level.limit.load(served)
            else:
                load = level.limit.load(served)
            level.watch(now, load)

    def _next(self, now: float, admitted: dict[str, float], served: dict[str, float]) -> float:
        ends = [one.seconds for one in self.system.arrivals.values() if one.seconds > now]
        emptied = [
            now - rest / change
            for key, rest in self._backlog.items()
            if rest and (change := _change(admitted[key], served[key])) < 0
        ]
        grown = [level.next() for level in self._levels.values()]
        filled = [
            now + (line - rest) / change
            for key, line in self._lines()
            if (change := _change(admitted[key], served[key]))
            and (line - (rest := self._backlog[key])) / change > 0
        ]
        # A backlog that begins changes nothing for the others: whoever is held back gets no more by waiting.
        return min([*ends, *emptied, *grown, *filled, inf])

    def _lines(self) -> Iterator[tuple[str, float]]:
        """Yield the backlogs at which runs that wait begin, or cease, to fill their concurrency."""
        for key, line in self._fills.items():
            yield key, line * _CEASES if key in self._filling else line

    def _advance(self, seconds: float, admitted: dict[str, float], served: dict[str, float]) -> None:
        for channel in self.system.channels:
            if not channel.buffered:
                continue
            key = channel.id
            rest = self._backlog[key] + _change(admitted[key], served[key]) * seconds
            self._backlog[key] = rest if rest > _NONE * max(1.0, served[key]) else 0.0
        for key, line in list(self._lines()):
            slack = 1 + 1e-9 if key in self._filling else 1 - 1e-9
            (self._filling.add if self._backlog[key] > line * slack else self._filling.discard)(key)


def _change(admitted: float, served: float) -> float:
    """Return how fast a backlog changes; a change by rounding alone would be waited for without an end."""
    change = admitted - served
    return change if abs(change) > 1e-9 * max(served, 1e-9) else 0.0


def _admitted(entries: list[tuple[Limit, float]], offered: Mapping[str, float]) -> dict[str, float]:
    """Return which part of what comes to a node is let in, where it is not all."""
    found: dict[str, float] = {}
    for limit, allowed in entries:
        load = limit.load(offered)
        if load > allowed * (1 + 1e-9):
            for node in limit.claims:
                found[node] = min(found.get(node, 1.0), allowed / load)
    return found


def _same(found: Mapping[str, float], before: Mapping[str, float]) -> bool:
    return all(abs(rate - before.get(key, -1.0)) <= 1e-9 * max(1.0, rate) for key, rate in found.items())
