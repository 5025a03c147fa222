"""A discrete-event simulation of pipelines: every message, batch, throttle and retry, one after the other.

It knows nothing of the inequalities: it is told how a pipeline is built and counts what happens.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import inf


@dataclass
class Stage:
    """Takes messages in batches while every limit that it shares has room."""

    name: str
    batch: int
    seconds: float
    each: float
    limits: tuple[str, ...]
    failures: float = 0.0
    receives: float = inf
    retry_after: float = 1.0
    lanes: int = 1
    """Shards or message groups: each is worked on in order."""
    lane_limit: float = inf
    buffered: bool = True
    calls: float = 0.0
    """Calls of a throttled service for each message, at `call_rate` a second for all."""
    call_rate: float = inf
    next: tuple[tuple[str, float], ...] = ()
    queues: list[deque[tuple[float, int]]] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    inside: int = 0
    most: int = 0
    refused: int = 0
    oldest: float = 0.0
    emptied: float = 0.0
    free_call: float = 0.0
    woken: float = -1.0
    fractions: dict[str, float] = field(default_factory=dict)
    turn: int = 0

    @property
    def waiting(self) -> int:
        return sum(map(len, self.queues))


@dataclass
class Arrivals:
    """Messages from outside: at `peak` a second until `until`, then at `rate`; above `throttle` they are refused."""

    stage: str
    rate: float
    peak: float
    until: float
    throttle: float = inf
    refused: int = 0


class Simulation:
    """Runs with its own seed, so every run is the same."""

    def __init__(self, stages: list[Stage], arrivals: list[Arrivals], room: dict[str, int]) -> None:
        self.stages = {stage.name: stage for stage in stages}
        self.arrivals = arrivals
        self.room = dict(room)
        self.now = 0.0
        self._random = random.Random(7)  # noqa: S311 - a simulation, no secret
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()
        for stage in stages:
            stage.queues = [deque() for _ in range(stage.lanes)]
            stage.running = [0] * stage.lanes
        for source in arrivals:
            self._schedule_arrival(source, inf)

    def run(self, until: float) -> None:
        """Go on until this time."""
        while self._events and self._events[0][0] <= until:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = until

    def backlog(self, name: str) -> int:
        """Return how many messages have come in and are not done with."""
        return self.stages[name].inside

    def _at(self, time: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (time, next(self._number), act))

    def _schedule_arrival(self, source: Arrivals, tokens: float) -> None:
        rate = source.peak if self.now < source.until else source.rate
        if not rate:
            if source.rate and self.now < source.until:
                self._at(source.until, lambda: self._schedule_arrival(source, tokens))
            return
        gap = self._random.uniform(0.5, 1.5) / rate

        def arrive() -> None:
            left = min(max(source.throttle / 10, 1.0), tokens + gap * source.throttle)
            if left >= 1 or source.throttle == inf:
                self._enter(self.stages[source.stage], 1)
                left -= 1
            else:
                source.refused += 1
            self._schedule_arrival(source, left)

        self._at(self.now + gap, arrive)

    def _enter(self, stage: Stage, messages: int) -> None:
        for _ in range(messages):
            lane = stage.turn % stage.lanes
            stage.turn += 1
            if not stage.buffered and not self._free(stage, lane):
                stage.refused += 1
                continue
            stage.queues[lane].append((self.now, 0))
            stage.inside += 1
            stage.most = max(stage.most, stage.waiting if stage.lanes > 1 else len(stage.queues[0]))
            if not stage.buffered:
                self._dispatch(stage)
        self._dispatch(stage)

    def _free(self, stage: Stage, lane: int) -> bool:
        return stage.running[lane] < stage.lane_limit and all(self.room[name] > 0 for name in stage.limits)

    def _dispatch(self, stage: Stage) -> None:
        for lane in range(stage.lanes):
            while stage.queues[lane] and self._free(stage, lane):
                if stage.call_rate < inf and stage.free_call > self.now:
                    self._wake(stage)
                    return
                self._start(stage, lane)

    def _wake(self, stage: Stage) -> None:
        if stage.woken <= self.now:
            stage.woken = stage.free_call
            self._at(stage.free_call, lambda: self._dispatch(stage))

    def _start(self, stage: Stage, lane: int) -> None:
        queue = stage.queues[lane]
        taken = [queue.popleft() for _ in range(min(stage.batch, len(queue)))]
        if not stage.waiting:
            stage.emptied = self.now
        for name in stage.limits:
            self.room[name] -= 1
        stage.running[lane] += 1
        if stage.calls:
            stage.free_call = max(stage.free_call, self.now) + len(taken) * stage.calls / stage.call_rate
        seconds = (stage.seconds + stage.each * len(taken)) * self._random.uniform(0.9, 1.1)
        self._at(self.now + seconds, lambda: self._finish(stage, lane, taken))

    def _finish(self, stage: Stage, lane: int, taken: list[tuple[float, int]]) -> None:
        for name in stage.limits:
            self.room[name] += 1
        stage.running[lane] -= 1
        done = 0
        for entered, receives in taken:
            if self._random.random() >= stage.failures:
                done += 1
                stage.oldest = max(stage.oldest, self.now - entered)
                stage.inside -= 1
            elif receives + 1 >= stage.receives:
                stage.inside -= 1
            else:
                self._at(self.now + stage.retry_after, self._again(stage, lane, (entered, receives + 1)))
        for target, gain in stage.next:
            whole = stage.fractions.get(target, 0.0) + done * gain
            stage.fractions[target] = whole - int(whole)
            self._enter(self.stages[target], int(whole))
        sharing = [other for other in self.stages.values() if set(other.limits) & set(stage.limits)]
        self._random.shuffle(sharing)
        for other in sharing or [stage]:
            self._dispatch(other)

    def _again(self, stage: Stage, lane: int, message: tuple[float, int]) -> Callable[[], None]:
        def back() -> None:
            stage.queues[lane].append(message)
            self._dispatch(stage)

        return back
