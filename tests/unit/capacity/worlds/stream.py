"""Kinesis, callers, and asynchronous events."""

from collections import deque
from collections.abc import Sequence
from math import inf

from tests.unit.capacity.worlds.clock import Clock, Message, Rate
from tests.unit.capacity.worlds.flow import Flow
from tests.unit.capacity.worlds.function import Function


class Stream:
    """Shards that take so much a second, read by readers that each keep their place."""

    def __init__(self, clock: Clock, shards: int, *, kilobytes: float, poison: float = 0.0) -> None:
        self.clock, self.kilobytes, self.poison, self.shards = clock, kilobytes, poison, shards
        rate = min(1000.0, 1024 / kilobytes)
        self.writes = [Rate(clock, rate, rate) for _ in range(shards)]
        self.reads = [Rate(clock, 2048 / kilobytes, 1.0) for _ in range(shards)]
        self.readers: list[Reader] = []

    def put(self) -> None:
        shard = self.clock.random.randrange(self.shards)
        if not self.writes[shard].admit():
            for one in self.readers:
                one.flow.refuse()
            return
        poison = self.poison > 0 and self.clock.random.random() < self.poison
        for one in self.readers:
            one.flow.came += 1
            message = Message(self.clock.now, shard, poison=poison)
            one.lines[shard * one.parallel + self.clock.random.randrange(one.parallel)].append(message)
            one.dispatch()


class Reader:
    """The event source of a stream: one batch for each lane; what fails holds its lane."""

    def __init__(
        self, stream: Stream, flow: Flow, function: Function, *, batch: int, parallel: int,
        attempts: float, most_age: float, partial: bool, bisect: bool = False, destination: bool = True,
    ) -> None:  # fmt: skip
        self.stream, self.flow, self.function, self.batch, self.parallel = (
            stream,
            flow,
            function,
            batch,
            parallel,
        )
        self.attempts, self.most_age, self.partial, self.bisect = attempts, most_age, partial, bisect
        self.destination = destination
        self.clock = stream.clock
        self.lines: list[deque[Message]] = [deque() for _ in range(stream.shards * parallel)]
        self.busy = [False] * len(self.lines)
        self.halves: list[list[list[Message]]] = [[] for _ in self.lines]
        """Parts of a batch that was split, which are tried one after the other before anything else."""
        stream.readers.append(self)

    def dispatch(self) -> None:
        for lane, line in enumerate(self.lines):
            if line and not self.busy[lane]:
                self.busy[lane] = True
                self._fetch(lane)

    def _fetch(self, lane: int) -> None:
        line = self.lines[lane]
        batch = [line.popleft() for _ in range(min(self.batch, len(line)))]
        self.clock.after(
            self.stream.reads[lane // self.parallel].wait(len(batch)), lambda: self._run(lane, batch, 1)
        )

    def _run(self, lane: int, batch: list[Message], attempt: int) -> None:
        alive = [one for one in batch if self.clock.now - one.entered <= self.most_age]
        for _ in range(len(batch) - len(alive)):
            self.flow.lose()
        if not alive:
            self._next(lane)
        elif not self.function.start(alive, lambda failed: self._done(lane, alive, failed, attempt)):
            self.function.pool.throttled.append(lambda: self._run(lane, alive, attempt))

    def _done(self, lane: int, batch: list[Message], failed: list[Message], attempt: int) -> None:
        if not failed:
            self._finish(batch)
            self._next(lane)
            return
        if self.bisect and not self.partial and len(batch) > 1:
            # To split a batch counts towards no retry.
            half = len(batch) // 2
            self.halves[lane].append(batch[half:])
            self._run(lane, batch[:half], 1)
            return
        at = batch.index(failed[0]) if self.partial else 0
        self._finish(batch[:at])
        rest = batch[at:]
        attempt = 1 if at else attempt
        if attempt < self.attempts:
            self._run(lane, rest, attempt + 1)
            return
        bad = set(map(id, failed))
        for one in rest:
            if id(one) in bad and self.destination:
                self.flow.aside += 1
            else:
                self.flow.lose()
        self._next(lane)

    def _next(self, lane: int) -> None:
        if self.halves[lane]:
            self._run(lane, self.halves[lane].pop(), 1)
        else:
            self.busy[lane] = False
            self.dispatch()

    def _finish(self, batch: Sequence[Message]) -> None:
        for one in batch:
            self.flow.finish(one.entered)
        self.function.succeeded(len(batch))


class Callers:
    """Calls that wait for their answer, and are refused by the throttle or by a full function."""

    def __init__(self, clock: Clock, flow: Flow, function: Function, throttle: float = inf) -> None:
        self.clock, self.flow, self.function = clock, flow, function
        self.throttle = Rate(clock, throttle, max(throttle, 1.0)) if throttle < inf else None

    def call(self) -> None:
        message = Message(self.clock.now, 0, poison=False)
        self.flow.came += 1
        admitted = self.throttle is None or self.throttle.admit()
        if not admitted or not self.function.start([message], lambda failed: self._done(message, failed)):
            self.flow.came -= 1
            self.flow.refuse()

    def _done(self, message: Message, failed: list[Message]) -> None:
        self.flow.finish(message.entered)
        self.function.succeeded(1 - len(failed))


class Events:
    """Asynchronous events: they wait for a run for so long, and are tried so often."""

    def __init__(
        self, clock: Clock, flow: Flow, function: Function, *, attempts: int, most_age: float,
        destination: bool = True,
    ) -> None:  # fmt: skip
        self.clock, self.flow, self.function = clock, flow, function
        self.attempts, self.most_age, self.destination = attempts, most_age, destination
        self.line: deque[tuple[Message, int]] = deque()
        self.asked = False

    def send(self) -> None:
        self.flow.came += 1
        self.line.append((Message(self.clock.now, 0, poison=False), 1))
        self.dispatch()

    def dispatch(self) -> None:
        while self.line:
            message, attempt = self.line[0]
            if self.clock.now - message.entered > self.most_age:
                self.line.popleft()
                self.flow.lose()
                continue
            if not self.function.start([message], lambda bad, m=message, a=attempt: self._done(m, a, bad)):  # type: ignore[misc]
                if not self.asked:
                    self.asked = True
                    self.function.pool.throttled.append(self._again_now)
                return
            self.line.popleft()

    def _again_now(self) -> None:
        self.asked = False
        self.dispatch()

    def _done(self, message: Message, attempt: int, failed: list[Message]) -> None:
        if not failed:
            self.flow.finish(message.entered)
            self.function.succeeded(1)
        elif attempt >= self.attempts and self.destination:
            self.flow.aside += 1
        elif attempt >= self.attempts:
            self.flow.lose()
        else:
            self.clock.after(60.0 * attempt, lambda: self._again(message, attempt + 1))

    def _again(self, message: Message, attempt: int) -> None:
        self.line.append((message, attempt))
        self.dispatch()
