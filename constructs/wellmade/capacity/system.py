"""The system of inequalities: what flows, and which limits its flows share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from math import inf

from wellmade.capacity.alarm import Alarm
from wellmade.capacity.arrival import Arrival
from wellmade.capacity.attempts import NOTHING_FAILS, Failing, fate
from wellmade.capacity.ramp import Ramp

Rates = Mapping[str, float]
"""Messages a second, by node or by channel."""


@dataclass(frozen=True)
class Work:
    """How the messages of a channel are worked on."""

    fixed: float = 0.0
    """Seconds of a run, whatever is in the batch."""
    each: float = 0.0
    """Seconds more for each message."""
    batch: float = 1.0
    window: float = 0.0
    failing: Failing = NOTHING_FAILS
    visibility: float = inf
    """Seconds after which a message that was received and not worked on is there again."""
    pollers: tuple[float, float] | None = None
    """Of a queue: how many runs it begins with, and how many at once it may ask for."""

    @property
    def alone(self) -> float:
        """Return the seconds of a message that is alone in its batch, as most are under a light load."""
        return self.fixed + self.each

    @property
    def tries_alone(self) -> float:
        """Return how often such a message is tried."""
        return fate(self.failing, 1.0).work


NO_WORK = Work()


@dataclass(frozen=True)
class Channel:
    """The messages that one consumer takes from one source."""

    source: str
    consumer: str
    name: str
    share: float = 1.0
    """How many of these messages there are for each message of the source."""
    success: float = 1.0
    """Which part succeeds in the end; the rest is moved to the dead-letter queue."""
    buffered: bool = True
    delay: float = 0.0
    """Seconds that a message takes without any wait: batching window and one run."""
    retention: float = inf
    """Seconds that a message is kept, by the setting `kept_by`."""
    kept_by: str = "retention"
    alarms: tuple[Alarm, ...] = ()
    work: Work = NO_WORK
    cost: float = 0.0
    """Seconds of concurrency that one message takes, with full batches and all its attempts."""

    @property
    def id(self) -> str:
        """Tell this channel from others."""
        return f"{self.source} > {self.consumer}"


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
    refuses: bool = False
    """What is above it is refused at the entry, also where a buffer comes behind it."""
    throttles: bool = False
    """What a queue's source asks for above it is throttled, which takes a receive of each message."""
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
            feeds.setdefault(channel.consumer, set()).add(channel.source)
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
                served = min(rate * channel.share, able.get(channel.id, inf)) * channel.success
                nodes[channel.consumer] = nodes.get(channel.consumer, 0.0) + served
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
