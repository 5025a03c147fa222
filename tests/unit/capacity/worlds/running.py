"""A world as a running simulation, and what is seen of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf

from tests.unit.capacity.worlds.clock import Clock, Pool, Rate, Slots
from tests.unit.capacity.worlds.flow import Flow
from tests.unit.capacity.worlds.function import Function
from tests.unit.capacity.worlds.queue import Poller, Queue, Scaler, Worker
from tests.unit.capacity.worlds.spec import Part, World
from tests.unit.capacity.worlds.stream import Callers, Events, Reader, Stream

WARM = 300.0
"""Seconds of the rest of the day before its peak."""
LOOK = 5.0


@dataclass
class Seen:
    """What a simulation shows of a flow."""

    problem: str = ""
    first: float = inf
    """When the problem began."""
    growth: float = 0.0
    backlog: float = 0.0
    oldest: float = 0.0
    drained_at: float = 0.0
    lost: int = 0
    came: int = 0


@dataclass
class Running:
    """A world at work."""

    world: World
    seed: int
    flows: dict[str, Flow] = field(default_factory=dict)
    clock: Clock = field(init=False)
    _sends: dict[str, Callable[[], None]] = field(default_factory=dict)
    _queues: dict[str, Queue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(self.seed)
        reserved = sum(part.reserved or 0 for part in self.world.parts)
        self._pool = Pool(self.clock, self.world.pool - reserved)
        for part in reversed(self.world.parts):
            self._build(part)
        for name in self.world.entries:
            self._arrive(name)
        self.clock.after(LOOK, self._look)
        self.clock.after(WARM, self._begin)

    def _begin(self) -> None:
        for flow in self.flows.values():
            flow.oldest = 0.0

    def _build(self, part: Part) -> None:
        flow = self.flows[part.name] = Flow(self.clock, self.world.flow(part.name))
        if part.kind in ("queue", "fifo", "tasks"):
            self._queue(part, flow)
        elif part.kind == "stream":
            stream = Stream(self.clock, part.shards, kilobytes=part.kilobytes, poison=part.poison)
            Reader(
                stream, flow, self._function(part), batch=part.batch, parallel=part.parallel,
                attempts=part.attempts, most_age=part.most_age or 86_400.0, partial=part.partial,
                bisect=part.bisect, destination=part.destination,
            )  # fmt: skip
            self._sends[part.name] = stream.put
        elif part.kind == "api":
            self._sends[part.name] = Callers(
                self.clock, flow, self._function(part), part.throttle or inf
            ).call
        else:
            age = part.most_age or 21_600.0
            events = Events(
                self.clock, flow, self._function(part), attempts=3, most_age=age, destination=part.destination
            )
            self._sends[part.name] = events.send

    def _queue(self, part: Part, flow: Flow) -> None:
        owner = self.world.source(part.name)
        queue = self._queues.get(owner)
        if queue is None:
            told = self.world.part(owner)
            queue = Queue(
                self.clock, flow, receives=told.receives or inf, visibility=told.visibility,
                retention=told.retention, groups=told.groups,
            )  # fmt: skip
            queue.poison = told.poison
            following = dict(self.world.dead).get(owner)
            if following:
                queue.dead = self._sends[following]
            self._queues[owner] = queue
            self._sends[owner] = queue.send
        if part.kind == "tasks":
            worker = Worker(queue, seconds=part.seconds, count=part.most, failures=part.failures)
            every = 180.0 if part.per_task else 60.0
            # Before the peak there are as many tasks as the rest of the day needs.
            before = max(part.least, ceil(self.world.rate * part.seconds)) if self.world.hours else part.least
            Scaler(
                worker, least=min(before, part.most), most=part.most,
                begins=WARM if self.world.hours else 0.0, every=every, start=part.start,
                per_task=part.per_task or inf, steps=part.steps,
            )  # fmt: skip
            return
        if not part.enabled:
            return
        least, most, more = 5.0, float(part.maximum or 1250), 300.0
        if part.provisioned:
            least, most, more = part.provisioned[0] * 10.0, part.provisioned[1] * 10.0, 1000.0
        if part.kind == "fifo":
            least = most
        Poller(
            queue, self._function(part), batch=part.batch, window=part.window,
            least=min(least, most), most=most, more=more, partial=part.partial,
        )  # fmt: skip

    def _function(self, part: Part) -> Function:
        clock = self.clock
        gates = [Rate(clock, rate, 1.0) for rate in (part.call_limit, part.units) if rate]
        pool = self._pool if part.reserved is None else Pool(clock, part.reserved)
        following = [
            (self._sends[target], gain) for source, target, gain in self.world.links if source == part.name
        ]
        return Function(
            clock, part.seconds, part.each, pool, part.failures, gates,
            Slots(part.connections) if part.connections else None, following, events=part.kind == "topic",
        )  # fmt: skip

    def _arrive(self, name: str) -> None:
        world, send = self.world, self._sends[name]
        ends = WARM + world.hours * 3600

        def rate() -> float:
            return world.rate * (world.peak if world.hours and WARM <= self.clock.now < ends else 1.0)

        def come() -> None:
            send()
            self.clock.after(self.clock.random.expovariate(rate()), come)

        def turn() -> None:
            # The peak is a stream of calls of its own, so that its first does not wait for the slow one.
            extra = world.rate * (world.peak - 1)

            def more() -> None:
                if self.clock.now < ends:
                    send()
                    self.clock.after(self.clock.random.expovariate(extra), more)

            if extra > 0:
                more()

        def calm() -> None:
            send()
            self.clock.after(self.clock.random.expovariate(world.rate), calm)

        if world.hours:
            self.clock.after(self.clock.random.expovariate(world.rate), calm)
            self.clock.after(WARM, turn)
        else:
            self.clock.after(self.clock.random.expovariate(world.rate), come)

    def _look(self) -> None:
        for flow in self.flows.values():
            since = self.clock.now
            for queue in self._queues.values():
                if queue.flow is flow:
                    since = min(since, queue.entered())
            flow.curve.append((self.clock.now, flow.waiting, self.clock.now - since))
        self.clock.after(LOOK, self._look)

    def depth(self, name: str) -> int:
        """Return how many messages a queue shows."""
        queue = self._queues.get(name)
        return len(queue.visible) if queue else 0
