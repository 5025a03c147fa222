"""Time, chance, and what is limited: the ground of the simulation. Knows nothing of the solver."""

import heapq
import random
from collections import deque
from collections.abc import Callable
from itertools import count

Act = Callable[[], None]


class Clock:
    """Runs acts in the order of their times, always the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.random = random.Random(seed)  # noqa: S311 - a simulation, no secret
        self._events: list[tuple[float, int, Act]] = []
        self._number = count()

    def after(self, seconds: float, act: Act) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._number), act))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = until


class Slots:
    """So many at once; whoever waits in line is woken in turn."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.waiting: deque[Act] = deque()

    def take(self) -> bool:
        if self.room <= 0:
            return False
        self.room -= 1
        return True

    def wait(self, act: Act) -> None:
        if self.take():
            act()
        else:
            self.waiting.append(act)

    def free(self) -> None:
        if self.waiting:
            self.waiting.popleft()()
        else:
            self.room += 1


class Pool:
    """Concurrency of functions: whoever was throttled tries again when something is free, in any order."""

    def __init__(self, clock: Clock, room: int) -> None:
        self.clock, self.room = clock, room
        self.throttled: list[Act] = []
        self.a_second = room * 10
        self.second, self.seen, self.woken = 0, 0, 0

    def take(self) -> bool:
        if self.room <= 0:
            return False
        self.room -= 1
        return True

    def admits(self) -> bool:
        """Ten requests a second for each of the concurrency, however short they are."""
        now = int(self.clock.now)
        if now > self.second:
            self.second, self.seen = now, 0
        if self.seen < self.a_second:
            return True
        if self.woken <= now:
            self.woken = now + 1
            self.clock.after(now + 1 - self.clock.now, self.tell)
        return False

    def count(self, requests: int) -> None:
        self.seen += requests

    def free(self) -> None:
        self.room += 1

    def tell(self) -> None:
        """Let those that were throttled try again, one by one."""
        while self.room > 0 and self.throttled and self.admits():
            index = self.clock.random.randrange(len(self.throttled))
            self.throttled[index], self.throttled[-1] = self.throttled[-1], self.throttled[index]
            self.throttled.pop()()


class Rate:
    """So many a second: whoever is over it is told how long to wait, or refused."""

    def __init__(self, clock: Clock, rate: float, burst: float) -> None:
        self.clock, self.rate, self.burst = clock, rate, burst
        self.tokens, self.seen, self.free_at = burst, 0.0, 0.0

    def admit(self) -> bool:
        gone = self.clock.now - self.seen
        self.tokens, self.seen = min(self.burst, self.tokens + gone * self.rate), self.clock.now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def wait(self, uses: float) -> float:
        begins = max(self.clock.now, self.free_at)
        self.free_at = begins + uses / self.rate
        return begins - self.clock.now


class Message:
    """One message with what happened to it."""

    __slots__ = ("entered", "failed", "group", "poison", "receives")

    def __init__(self, entered: float, group: int, *, poison: bool) -> None:
        self.entered, self.group, self.poison = entered, group, poison
        self.receives = self.failed = 0
