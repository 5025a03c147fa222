"""Lookups that answer in their time or not at all: an answer that comes too late helps nobody.

A client's timeout bounds each wait on a socket, and neither the look-up of a name nor all waits together.
Each call is therefore made in a thread, and left there when its time is over: it ends by the client's own
timeout, and the connection that it has opened serves the next one.
"""

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from wellmade_runtime.metrics import count
from wellmade_runtime.variables import LOOKUPS

UNANSWERED = "UnansweredLookups"
"""Metric of the lookups that did not answer in their time, by `function`: its name."""
THREADS = 4
"""Of one lookup: what is late holds one until its client gives up, and while all are held none is asked."""
_FUNCTION_NAME = "AWS_LAMBDA_FUNCTION_NAME"

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Answer(Generic[_Value]):
    """What a store has answered, which may be that it holds nothing."""

    value: _Value


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a lookup is tried, and for how long each time.

    Args:
        timeout: Of each attempt, in seconds.
        attempts: Most of them.
    """

    timeout: float
    attempts: int = 1


class Lookups:
    """The lookups of one function, by name.

    Args:
        plan: How long each may take.
        failures: What calls raise when a store does not answer, such as `ClientError`; all else is raised.
    """

    def __init__(self, plan: Mapping[str, Attempts], *, failures: tuple[type[Exception], ...]) -> None:
        self._plan = dict(plan)
        self._missed: tuple[type[Exception], ...] = (TimeoutError, *failures)
        self._threads = {name: ThreadPoolExecutor(THREADS, f"lookup-{name}") for name in plan}

    @classmethod
    def from_environment(cls, *, failures: tuple[type[Exception], ...]) -> "Lookups":
        """Return the lookups as `ScoringApi` has written them into the variable `LOOKUPS`.

        Args:
            failures: As above.
        """
        written: dict[str, dict[str, float]] = json.loads(os.environ[LOOKUPS])
        plan = {name: Attempts(each["timeout"], int(each["attempts"])) for name, each in written.items()}
        return cls(plan, failures=failures)

    def ask(self, name: str, call: Callable[[], _Value]) -> Answer[_Value] | None:
        """Return what `call` answers; None where it has not answered in its time, after all attempts.

        Args:
            name: Which lookup it is.
            call: Asks the store; it may still be at work when this returns.
        """
        plan = self._plan[name]
        for _ in range(plan.attempts):
            if answer := self._try(name, call, plan.timeout):
                return answer
        count(UNANSWERED, function=os.environ.get(_FUNCTION_NAME, ""))
        return None

    def _try(self, name: str, call: Callable[[], _Value], seconds: float) -> Answer[_Value] | None:
        asked: Future[_Value] = self._threads[name].submit(call)
        try:
            return Answer(asked.result(seconds))
        except self._missed:
            # One that no thread was free for is not made later, when nobody waits for it.
            asked.cancel()
            return None
