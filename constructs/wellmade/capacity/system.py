"""The system of inequalities: what flows, and which limits its flows share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from math import inf

Rates = Mapping[str, float]
"""Messages a second, by node or by channel."""


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
    alarm: float = inf

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

    def load(self, rates: Rates) -> float:
        """Return the left-hand side at these arrivals."""
        constant, claims = self.settled(rates)
        return constant + sum(claim * rates.get(key, 0.0) for key, claim in claims.items())

    def settled(self, rates: Rates) -> tuple[float, Rates]:
        """Return the constant part, with unreached floors, and the claims that grow with the load."""
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
class Arrival:
    """Messages from outside; the peak comes first and then the rest of the day."""

    per_second: float
    multiple: float = 1.0
    seconds: float = 0.0

    @property
    def peak(self) -> float:
        """Return the highest rate."""
        return self.per_second * (self.multiple if self.seconds else 1.0)


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

    def arriving(self, multiple: float, capacities: Rates | None = None) -> dict[str, float]:
        """Return what arrives at each channel at the peak, behind stages of these capacities (or of any)."""
        able = capacities or {}
        nodes = {node: arrival.peak * multiple for node, arrival in self.arrivals.items()}
        found: dict[str, float] = {}
        for node in self.order:
            rate = nodes.get(node, 0.0)
            for channel in self._from.get(node, []):
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

    def links_from(self, node: str) -> list[Link]:
        """Return what a node hands on."""
        return [link for link in self.links if link.source == node]

    def capacities(self, multiple: float) -> dict[str, float]:
        """Return how much each channel gets through at the peak of this load.

        A saturated stage passes on less, which leaves room in the limits that later stages share; so the
        shares are worked out again until they stay.
        """
        rates = self.arriving(multiple)
        able = _filled(self.limits, rates)
        for _ in self.channels:
            behind = self.arriving(multiple, able)
            if behind == rates:
                break
            rates = behind
            able = _filled(self.limits, rates)
        return able


def _filled(limits: Iterable[Limit], rates: Rates) -> dict[str, float]:
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


def first_multiple(exceeds: Callable[[float], bool]) -> float:
    """Return the smallest multiple of the load at which something no longer holds, to a millionth."""
    low, high = 0.0, 1e9
    if exceeds(low):
        return 0.0
    if not exceeds(high):
        return inf
    low = 1e-9
    while high > low * (1 + 1e-6):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if exceeds(middle) else (middle, high)
    return high
