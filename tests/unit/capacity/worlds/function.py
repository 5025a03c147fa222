"""A Lambda function: what a run takes, what fails in it, what it hands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.unit.capacity.worlds.clock import Clock, Message, Pool, Rate, Slots

Hand = Callable[[], None]


@dataclass
class Function:
    """Runs batches while its pool has room."""

    clock: Clock
    fixed: float
    each: float
    pool: Pool
    failures: float = 0.0
    gates: Sequence[Rate] = ()
    proxy: Slots | None = None
    next: Sequence[tuple[Hand, float]] = ()
    rest: list[float] = field(default_factory=list)
    events: bool = False
    """Asynchronous requests are not counted by the second."""

    def start(self, batch: list[Message], done: Callable[[list[Message]], None]) -> bool:
        """Run a batch, and tell which messages failed; false when it is throttled."""
        if not self.events and not self.pool.admits():
            return False
        if not self.pool.take():
            return False
        self.pool.count(0 if self.events else 1)
        waits = max((gate.wait(len(batch)) for gate in self.gates), default=0.0)
        self.clock.after(waits, lambda: self._connect(batch, done))
        return True

    def _connect(self, batch: list[Message], done: Callable[[list[Message]], None]) -> None:
        if self.proxy:
            self.proxy.wait(lambda: self._work(batch, done))
        else:
            self._work(batch, done)

    def _work(self, batch: list[Message], done: Callable[[list[Message]], None]) -> None:
        seconds = (self.fixed + self.each * len(batch)) * self.clock.random.uniform(0.9, 1.1)
        self.clock.after(seconds, lambda: self._both(batch, done))

    def _both(self, batch: list[Message], done: Callable[[list[Message]], None]) -> None:
        """The environment is free before anybody is told."""
        self.pool.free()
        self._end(batch, done)
        self.pool.tell()

    def _end(self, batch: list[Message], done: Callable[[list[Message]], None]) -> None:
        if self.proxy:
            self.proxy.free()
        failed = [one for one in batch if one.poison or self.clock.random.random() < self.failures]
        for one in failed:
            one.failed += 1
        done(failed)

    def succeeded(self, messages: int) -> None:
        """Hand on what belongs to these."""
        self.rest = self.rest or [0.0] * len(self.next)
        for index, (hand, gain) in enumerate(self.next):
            whole = self.rest[index] + messages * gain
            self.rest[index] = whole - int(whole)
            for _ in range(int(whole)):
                hand()
