"""The messages that one consumer takes from one source, and how it works on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from wellmade.capacity.alarm import Alarm
from wellmade.capacity.attempts import NOTHING_FAILS, Failing, fate

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
    given_up_to: str = ""
    """Node that gets what is given up in the end; without one it is worked on by nothing here."""
    piled: tuple[tuple[Alarm, float], ...] = ()
    """Alarms on a queue that gets it and that nothing takes from, each with how long that keeps it."""
    loses: bool = False
    """What is given up is in no dead-letter queue and at no destination: it is gone."""

    @property
    def id(self) -> str:
        """Tell this channel from others."""
        return f"{self.source} > {self.consumer}"

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the nodes that get something of it."""
        return (self.consumer, self.given_up_to) if self.given_up_to else (self.consumer,)

    def passed_on(self, through: float) -> list[tuple[str, float]]:
        """Return what its ends get of so many messages that it gets through."""
        return list(zip(self.ends, (through * self.success, through * (1 - self.success)), strict=False))
