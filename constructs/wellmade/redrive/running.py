"""What a person sees of a run, and how they end it."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from wellmade.console import err
from wellmade.redrive.outcome import Outcome


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C, or a polite kill, end the run between two batches, and a second one at once."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress(total: str) -> Iterator[Callable[[Outcome], None]]:
    """Show how far the run is: one line that changes on a terminal, a line every five seconds in a pipe.

    Args:
        total: How many there are to move, in words.
    """
    said_at = time.monotonic()
    with err.status("Moving …") as status:

        def report(outcome: Outcome) -> None:
            nonlocal said_at
            line = f"Moved {outcome.moved} of {total}, {len(outcome.failed)} failed"
            status.update(line)
            if not err.is_terminal and time.monotonic() - said_at >= 5:
                said_at = time.monotonic()
                err.print(line)

        yield report
