"""SQS and its event source: visible, hidden, received too often; pollers that grow and are throttled."""

from collections import deque
from math import inf

from tests.unit.capacity.worlds.clock import Act, Clock, Message
from tests.unit.capacity.worlds.flow import Flow
from tests.unit.capacity.worlds.function import Function


class Queue:
    """Standard, or FIFO with groups of which each is worked on in order."""

    def __init__(
        self,
        clock: Clock,
        flow: Flow,
        *,
        receives: float,
        visibility: float,
        retention: float,
        groups: int = 0,
    ) -> None:
        self.clock, self.flow = clock, flow
        self.receives, self.visibility, self.retention, self.groups = receives, visibility, retention, groups
        self.visible: deque[Message] = deque()
        self.ordered: dict[int, deque[Message]] = {}
        self.ready: deque[int] = deque()
        self.readers: list[Poller] = []
        self.live: dict[int, Message] = {}
        """What is not deleted, the oldest first: in flight or not, as CloudWatch counts it."""
        self.poison = 0.0
        self.dead: Act = lambda: None
        """What gets what was received too often."""

    def send(self) -> None:
        self.flow.came += 1
        poison = self.poison > 0 and self.clock.random.random() < self.poison
        group = self.clock.random.randrange(self.groups) if self.groups else 0
        message = Message(self.clock.now, group, poison=poison)
        self.live[id(message)] = message
        if self.groups:
            line = self.ordered.setdefault(group, deque())
            line.append(message)
            if len(line) == 1 and group not in self.ready:
                self.ready.append(group)
        else:
            self.visible.append(message)
        self.wake()

    def wake(self) -> None:
        readers = list(self.readers)
        if len(readers) > 1:
            self.clock.random.shuffle(readers)
        for one in readers:
            one.poll()

    def entered(self) -> float:
        """When the oldest message came; now where there is none."""
        return next((one.entered for one in self.live.values()), self.clock.now)

    @property
    def has(self) -> bool:
        return bool(self.ready if self.groups else self.visible)

    def receive(self, most: int) -> list[Message]:
        """Give up to so many; what was received too often, or is too old, is gone."""
        found: list[Message] = []
        while len(found) < most and self.has:
            message = self._take()
            if self.clock.now - message.entered > self.retention:
                self.flow.lose()
                self.forget(message)
            elif message.receives >= self.receives:
                (self._aside if message.failed >= self.receives else self.flow.lose)()
                self.forget(message)
                self.dead()
            else:
                message.receives += 1
                found.append(message)
                if self.groups:
                    break
        return found

    def _aside(self) -> None:
        self.flow.aside += 1

    def _take(self) -> Message:
        if not self.groups:
            return self.visible.popleft()
        return self.ordered[self.ready.popleft()][0]

    def forget(self, message: Message) -> None:
        """A message is gone; the next one of its group may be read."""
        del self.live[id(message)]
        if self.groups:
            line = self.ordered[message.group]
            line.popleft()
            if line:
                self.ready.append(message.group)

    def hide(self, messages: list[Message]) -> None:
        """They are there again when their visibility timeout has ended."""
        if messages:
            self.clock.after(self.visibility, lambda: self.show(messages))

    def show(self, messages: list[Message]) -> None:
        """They may be received again."""
        for one in messages:
            if self.groups:
                self.ready.append(one.group)
            else:
                self.visible.append(one)
        self.wake()


class Poller:
    """The event source of a queue: so many runs at once, more while messages wait."""

    def __init__(
        self,
        queue: Queue,
        function: Function,
        *,
        batch: int,
        window: float,
        least: float,
        most: float,
        more: float,
        partial: bool,
    ) -> None:
        self.queue, self.function, self.batch, self.window = queue, function, batch, window
        self.clock, self.flow = queue.clock, queue.flow
        self.least, self.most, self.more, self.partial = least, most, more, partial
        self.runs, self.allowed, self.gathering = 0, min(least, most), False
        queue.readers.append(self)
        self.clock.after(1.0, self._grow)

    def _grow(self) -> None:
        """Every second: up while messages wait and all are busy, down when many are idle."""
        if self.queue.has and self.runs >= int(self.allowed):
            self.allowed = min(self.most, self.allowed + self.more / 60)
        elif self.runs < self.allowed / 2:
            self.allowed = max(self.least, self.allowed - self.more / 60)
        self.clock.after(1.0, self._grow)
        self.poll()

    def poll(self) -> None:
        if self.window and len(self.queue.visible) < self.batch and self.queue.has:
            if not self.gathering:
                self.gathering = True
                self.clock.after(self.window, self._gathered)
            return
        self._read()

    def _gathered(self) -> None:
        self.gathering = False
        self._read()

    def _read(self) -> None:
        while self.runs < int(self.allowed) and self.queue.has:
            batch = self.queue.receive(self.batch)
            if not batch:
                return
            self.runs += 1
            if not self.function.start(batch, lambda failed, batch=batch: self._done(batch, failed)):  # type: ignore[misc]
                Held(self, batch)

    def give_back(self, batch: list[Message]) -> None:
        """Their visibility timeout has ended: a receive is used up."""
        self.runs -= 1
        self.queue.show(batch)

    def begin(self, batch: list[Message]) -> bool:
        return self.function.start(batch, lambda failed: self._done(batch, failed))

    def _done(self, batch: list[Message], failed: list[Message]) -> None:
        back = failed if self.partial or not failed else batch
        again = set(map(id, back))
        for one in batch:
            if id(one) not in again:
                self.flow.finish(one.entered)
                self.queue.forget(one)
        self.function.succeeded(len(batch) - len(back))
        self.queue.hide(back)
        self.runs -= 1
        self.poll()


class Held:
    """A throttled batch: it is tried again until its messages are visible again anyway."""

    def __init__(self, poller: Poller, batch: list[Message]) -> None:
        self.poller, self.batch, self.open = poller, batch, True
        poller.function.pool.throttled.append(self._again)
        poller.clock.after(poller.queue.visibility, self._over)

    def _again(self) -> None:
        if self.open and self.poller.begin(self.batch):
            self.open = False

    def _over(self) -> None:
        if self.open:
            self.open = False
            self.poller.give_back(self.batch)


class Worker:
    """Tasks of a service that take messages one by one; `count` of them run."""

    def __init__(self, queue: Queue, *, seconds: float, count: float, failures: float = 0.0) -> None:
        self.queue, self.seconds, self.count, self.busy = queue, seconds, count, 0
        self.clock, self.flow, self.failures = queue.clock, queue.flow, failures
        queue.readers.append(self)  # type: ignore[arg-type]

    def poll(self) -> None:
        while self.busy < self.count and self.queue.has:
            batch = self.queue.receive(1)
            if not batch:
                return
            self.busy += 1
            length = self.seconds * self.clock.random.uniform(0.9, 1.1)
            self.clock.after(length, lambda one=batch[0]: self._done(one))  # type: ignore[misc]

    def _done(self, message: Message) -> None:
        self.busy -= 1
        if self.clock.random.random() < self.failures:
            message.failed += 1
            self.queue.hide([message])
        else:
            self.flow.finish(message.entered)
            self.queue.forget(message)
        self.poll()


class Scaler:
    """Adds tasks by the backlog, as step scaling or tracking of a backlog for each task does."""

    def __init__(
        self, worker: Worker, *, least: int, most: int, every: float, start: float,
        begins: float = 0.0, per_task: float = inf, steps: tuple[tuple[float, int], ...] = (),
    ) -> None:  # fmt: skip
        self.worker, self.most, self.every, self.start = worker, most, every, start
        self.per_task, self.steps, self.wanted = per_task, steps, least
        worker.count = least
        self.minutes = 0
        worker.clock.after(begins + 60.0, self._look)

    def _look(self) -> None:
        waiting = len(self.worker.queue.visible)
        wanted = self.wanted
        if self.per_task < inf:
            wanted = max(wanted, min(self.most, int(-(-waiting // self.per_task))))
        for bound, more in self.steps:
            if waiting >= bound:
                wanted = min(self.most, self.wanted + more)
        self.minutes = self.minutes + 1 if wanted > self.wanted else 0
        if self.minutes * 60 >= self.every:
            self.minutes = 0
            self.wanted = wanted
            self.worker.clock.after(self.start, lambda: self._arrived(wanted))
        self.worker.clock.after(60.0, self._look)

    def _arrived(self, count: int) -> None:
        self.worker.count = max(self.worker.count, count)
        self.worker.poll()
