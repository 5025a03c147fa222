"""The system of inequalities: what flows, and which limits its flows share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from math import inf
from typing import NamedTuple

from wellmade.capacity.arrival import Arrival
from wellmade.capacity.channel import Channel, Rates
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.units import AT_ONCE


class Change(NamedTuple):
    """A setting that can be changed: of which resource, by the path of a property."""

    of: str
    path: str


@dataclass(frozen=True)
class Limit:
    """One inequality: `constant + sum(claim x rate) <= allowed`."""

    name: str
    setting: str
    """Which number of the template or of the account to change."""
    allowed: float
    unit: str
    claims: Rates = field(default_factory=dict)
    constant: float = 0.0
    floors: tuple[tuple[frozenset[str], float], ...] = ()
    """Provisioned concurrency: what these channels claim at the least."""
    lower: bool = False
    """Fixed by a lower setting, such as a smaller batch."""
    suggestion: float | None = None
    present: float | None = None
    """What the setting is now. Default: what is allowed, by `per`."""
    per: float = 1.0
    """How much one more of the setting allows."""
    most: float = inf
    """The largest value that AWS takes for the setting."""
    change: Change | None = None
    """Where the setting is, so that a change of it can be tried. Default: the limit itself is changed."""
    instead: "Limit | None" = None
    """The same, of a setting that may be raised where this one is at its most."""
    polls: bool = False
    """It is of the event source that takes from a queue or a stream."""
    advice: str = ""
    """What to do where no number helps: the setting is none, or may be no higher."""
    refuses: bool = False
    """What is above it is refused at the entry, also where a buffer comes behind it."""
    throttles: bool = False
    """What a queue's source asks for above it is throttled, which takes a receive of each message."""
    by_second: bool = False
    """Calls are counted by the second: those of a busy second are refused though others had room."""
    ramp: Ramp | None = None
    """How it grows to what is allowed. Default: it is allowed at once."""
    holds: bool = False
    """A run waits for it, and takes its unit of concurrency all the while."""
    lanes: float = 1.0
    """Message groups, or shards by parallelisation: keys are spread over them by chance, so not evenly."""

    def load(self, rates: Rates) -> float:
        """Return the left-hand side at these arrivals."""
        constant, claims = self.settled(rates)
        return constant + sum(claim * rates.get(key, 0.0) for key, claim in claims.items())

    def settled(self, rates: Rates) -> tuple[float, Rates]:
        """Return the constant part, with unreached floors, and the claims that grow with the load."""
        if not self.floors:
            return self.constant, self.claims
        constant, claims = self.constant, dict(self.claims)
        for channels, floor in self.floors:
            if sum(self.claims[key] * rates.get(key, 0.0) for key in channels) < floor:
                constant += floor
                claims = {key: claim for key, claim in claims.items() if key not in channels}
        return constant, claims

    def now(self) -> float:
        """Return what the setting is now."""
        return self.allowed / self.per if self.present is None else self.present

    @property
    def bounds(self) -> bool:
        """Tell whether it is how many runs the source of a queue asks for."""
        return self.polls and self.unit == AT_ONCE and not self.lanes > 1

    def exceeded(self, rates: Rates) -> bool:
        """Tell whether the inequality does not hold; rounding is no excess."""
        return self.load(rates) > self.allowed * (1 + 1e-9)


@dataclass(frozen=True)
class Link:
    """What a node hands on unhindered: a topic to a queue, a function to the queue that it sends to."""

    source: str
    target: str
    gain: float


@dataclass(frozen=True)
class System:
    """All of it; acyclic."""

    arrivals: Mapping[str, Arrival]
    channels: tuple[Channel, ...]
    links: tuple[Link, ...]
    limits: tuple[Limit, ...]

    @cached_property
    def order(self) -> list[str]:
        """Return every node after those that feed it; raise `CycleError` for a cycle."""
        feeds: dict[str, set[str]] = {node: set() for node in self.arrivals}
        for channel in self.channels:
            for node in channel.ends:
                feeds.setdefault(node, set()).add(channel.source)
        for link in self.links:
            feeds.setdefault(link.target, set()).add(link.source)
        return list(TopologicalSorter(feeds).static_order())

    def arriving(
        self, multiple: float, capacities: Rates | None = None, moment: float | None = None
    ) -> dict[str, float]:
        """Return what arrives at each node and channel, behind stages of these capacities (or of any).

        Args:
            multiple: Of the load.
            capacities: What each channel gets through. Default: all.
            moment: Seconds from the start of the day, where a peak begins. Default: at the peak.
        """
        able = capacities or {}
        nodes = {
            node: (arrival.peak if moment is None else arrival.at(moment)) * multiple
            for node, arrival in self.arrivals.items()
        }
        found: dict[str, float] = {}
        for node in self.order:
            rate = found[node] = nodes.get(node, 0.0)
            for channel in self.channels_from(node):
                found[channel.id] = rate * channel.share
                through = min(rate * channel.share, able.get(channel.id, inf))
                for end, passed in channel.passed_on(through):
                    nodes[end] = nodes.get(end, 0.0) + passed
            for link in self.links_from(node):
                nodes[link.target] = nodes.get(link.target, 0.0) + rate * link.gain
        return found

    @cached_property
    def _from(self) -> dict[str, list[Channel]]:
        found: dict[str, list[Channel]] = {}
        for channel in self.channels:
            found.setdefault(channel.source, []).append(channel)
        return found

    @cached_property
    def _links(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.source, []).append(link)
        return found

    def channels_from(self, node: str) -> list[Channel]:
        """Return the channels that take from a node."""
        return self._from.get(node, [])

    def lanes(self, channel: Channel) -> float:
        """Return over how many groups or shards the messages of a channel are spread."""
        return max((limit.lanes for limit in self.limits if channel.id in limit.claims), default=1.0)

    def links_from(self, node: str) -> list[Link]:
        """Return what a node hands on."""
        return self._links.get(node, [])

    def capacities(self, multiple: float) -> dict[str, float]:
        """Return how much each channel could get through if all loads grew alike from this one."""
        rates = self.arriving(multiple)
        found = headroom(self.limits, rates)
        entries = {one.id: found.get(one.source, inf) * one.share for one in self.channels}
        return found | {key: min(found.get(key, inf), rate) for key, rate in entries.items()}


def headroom(limits: Iterable[Limit], rates: Rates) -> dict[str, float]:
    """Share each limit in proportion to the demand, the tightest first; what it leaves is for the others."""
    scale: dict[str, float] = {}
    waiting = [(limit.allowed, *limit.settled(rates)) for limit in limits if limit.claims]

    def use(entry: tuple[float, float, Rates]) -> float:
        allowed, constant, claims = entry
        taken = sum(claim * rates[key] * scale[key] for key, claim in claims.items() if key in scale)
        loose = sum(claim * rates[key] for key, claim in claims.items() if key not in scale)
        room = allowed - constant - taken
        if loose <= 0:
            return 0.0
        return loose / room if room > 0 else inf

    while waiting:
        tightest = max(waiting, key=use)
        used = use(tightest)
        for key in tightest[2]:
            scale.setdefault(key, 1 / used if used else inf)
        waiting.remove(tightest)
    return {key: rates[key] * scale[key] if rates[key] else inf for key in scale}
