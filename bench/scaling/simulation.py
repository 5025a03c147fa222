"""A queue, its tasks and the policies between them, second by second."""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.scaling.policies import Policies

STARTS_IN = 45
"""Seconds from the decision to a task that takes messages: capacity, image, start."""

Trace = Callable[[int], float]
"""Messages a minute, by the second."""


@dataclass
class Result:
    """What the messages met with, and what it cost."""

    waits: list[float] = field(default_factory=list)
    task_seconds: int = 0

    def percentile(self, share: float) -> float:
        """Return the wait that a share of the messages stayed below, in seconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def task_hours(self) -> float:
        """What is paid for."""
        return self.task_seconds / 3600


@dataclass
class Worker:
    """The tasks of one service before one queue."""

    policies: Policies
    processing: float
    waiting: deque[float] = field(default_factory=deque)
    busy: list[float] = field(default_factory=list)
    """When each message that is worked on will be done."""
    running: int = 0
    starting: list[float] = field(default_factory=list)
    """When each task that is coming up will be there."""
    starts_in: float = STARTS_IN
    """Seconds from the decision to one that takes messages."""

    def second(self, now: int, arrived: int, result: Result) -> None:
        """Let one second pass."""
        self.waiting.extend([float(now)] * arrived)
        while self.starting and self.starting[0] <= now:
            heapq.heappop(self.starting)
            self.running += 1
        while self.busy and self.busy[0] <= now:
            heapq.heappop(self.busy)
        while self.waiting and len(self.busy) < self.running:
            result.waits.append(now - self.waiting.popleft())
            heapq.heappush(self.busy, now + self.processing)
        result.task_seconds += self.running + len(self.starting)

    def minute(self, now: int, metric: float) -> None:
        """Let the policies look, and start or stop tasks."""
        tasks = self.running + len(self.starting)
        wanted = self.policies.tracking.wants(now, tasks, metric)
        if self.policies.wakes and not tasks and self.waiting:
            wanted = 1
        self._reach(now, tasks, max(self.policies.minimum, min(self.policies.maximum, wanted)))

    def _reach(self, now: int, tasks: int, desired: int) -> None:
        for _ in range(desired - tasks):
            heapq.heappush(self.starting, self._starts_at(now))
        # A task that works is protected from being taken away.
        self.running -= min(tasks - desired, self.running - len(self.busy)) if desired < tasks else 0

    def _starts_at(self, now: int) -> float:
        return now + self.starts_in

    def backlog_per_task(self) -> float:
        """As the metric is computed: what waits and what is taken, over what runs."""
        return (len(self.waiting) + len(self.busy)) / max(1, self.running)

    def cpu(self, at_work: float) -> float:
        """Percent of a processor, where a message keeps it busy for a share of its time."""
        return 100 * at_work * len(self.busy) / max(1, self.running)


def simulate(
    policies: Policies,
    trace: Trace,
    *,
    seconds: int,
    processing: float,
    metric: Callable[[Worker], float] = Worker.backlog_per_task,
    starts_in: float = STARTS_IN,
    worker: Worker | None = None,
) -> Result:
    """Run a trace through a worker and return what came of it.

    Args:
        policies: As the template has them.
        trace: What arrives.
        seconds: How long.
        processing: What a message takes.
        metric: What the policies look at. Default: backlog per task.
        starts_in: Seconds until a new task takes messages. Default: 45, as tasks of Fargate.
        worker: What works, where it is more than tasks. Default: tasks.
    """
    worker = worker or Worker(policies, processing, starts_in=starts_in)
    result, owed = Result(), 0.0
    for now in range(seconds):
        owed += trace(now) / 60
        worker.second(now, int(owed), result)
        owed -= int(owed)
        if now % 60 == 59:
            worker.minute(now, metric(worker))
    return result
