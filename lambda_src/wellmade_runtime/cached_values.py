"""Values from elsewhere, kept for a while: fetched once for all who ask, and not by everybody at one time."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")

FIVE_MINUTES = 300.0
SPREAD = 0.2
"""Values expire up to a fifth earlier, each at another moment: environments that started together, as after
a deployment, then do not all ask again together."""


class CachedValues(Generic[Value]):
    """Values by name, each fetched when it is first asked for and again after it expired.

    Threads that ask for one value at once wait for a single fetch and share its result, or its error.
    An error is not kept: who asks next fetches again.

    Args:
        fetch: Returns a value by its name.
        ttl: Most seconds that a value is kept. Default: 5 minutes.
    """

    def __init__(self, fetch: Callable[[str], Value], *, ttl: float = FIVE_MINUTES) -> None:
        self._fetch, self._ttl = fetch, ttl
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Value, float]] = {}
        self._flights: dict[str, Future[Value]] = {}

    def get(self, name: str) -> Value:
        """Return a value, fetched if there is none or it expired; errors of the fetch are raised."""
        with self._lock:
            # The clock on the wall, since it also goes on while an environment is frozen or was a snapshot.
            if (held := self._held.get(name)) and time.time() < held[1]:
                return held[0]
            flight = self._flights.get(name)
            if is_ours := flight is None:
                flight = self._flights[name] = Future()
        return self._fly(name, flight) if is_ours else flight.result()

    def forget(self, name: str) -> None:
        """Let the next who asks fetch anew, also while a fetch is under way: what that brings may be old."""
        with self._lock:
            self._held.pop(name, None)
            self._flights.pop(name, None)

    def _fly(self, name: str, flight: "Future[Value]") -> Value:
        try:
            value = self._fetch(name)
        except BaseException as error:
            self._land(name, flight)
            flight.set_exception(error)
            raise
        expires = time.time() + self._ttl * random.uniform(1 - SPREAD, 1)  # noqa: S311 - spreads fetches, hides nothing
        self._land(name, flight, (value, expires))
        flight.set_result(value)
        return value

    def _land(self, name: str, flight: "Future[Value]", held: tuple[Value, float] | None = None) -> None:
        """End a flight, and keep what it brought unless it was to be forgotten meanwhile."""
        with self._lock:
            if self._flights.get(name) is flight:
                del self._flights[name]
                if held:
                    self._held[name] = held
