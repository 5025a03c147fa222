"""How fast messages go."""

import time
from collections.abc import Callable


class RateLimiter:
    """Lets no more than `rate` messages a second pass.

    Args:
        rate: Messages a second, above 0.
        clock: Seconds that never go back.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate = rate
        self.clock = clock
        self._sleep = sleep
        self._free_at = clock()

    def spend(self, messages: int) -> None:
        """Note that so many messages went through."""
        self.pause(messages / self.rate)

    def pause(self, seconds: float) -> None:
        """Let nothing pass for so long, after what was noted before."""
        self._free_at = max(self._free_at, self.clock()) + seconds

    def rest(self, stop: Callable[[], bool]) -> None:
        """Wait until the next may go; look every quarter of a second whether to stop."""
        while not stop() and (left := self._free_at - self.clock()) > 0:
            self._sleep(min(left, 0.25))
