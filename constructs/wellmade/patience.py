"""Say that something still goes on: after two seconds without a word people think that it hangs."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wellmade.harmless import write_err

SILENCE = 1.5
"""Seconds without a word."""
QUIET = "WELLMADE_QUIET"
"""Variable that leaves out that a command is at work, for logs that nobody watches."""
_speakers: list[str] = []
"""What else tells how it goes at the moment."""
_heard = [time.monotonic()]
"""When something was said last; at first, when the command began."""


@contextmanager
def now_and_then(say: Callable[[int], None]) -> Iterator[None]:
    """Call what says how it goes, with the seconds so far, again and again until this ends."""
    began, done = time.monotonic(), threading.Event()

    def tell() -> None:
        pause = _until_word(began)
        while not done.wait(pause):
            say(round(time.monotonic() - began))
            _heard[0], pause = time.monotonic(), SILENCE

    teller = threading.Thread(target=tell, daemon=True, name="at work")
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _until_word(now: float) -> float:
    """Return the seconds until the first word: what went by in silence before, as imports do, counts."""
    silent = now - _heard[0]
    return SILENCE - silent if silent < SILENCE else SILENCE


@contextmanager
def at_work(command: str) -> Iterator[None]:
    """Write a line now and then for as long as a command runs and nothing in it tells how it goes."""

    def say(seconds: int) -> None:
        if not _speakers:
            write_err(f"wellmade: {command} is at work, {seconds} s\n")

    if os.environ.get(QUIET):
        yield
        return
    with now_and_then(say):
        yield


@contextmanager
def spoken_for(what: str) -> Iterator[None]:
    """Leave the word to somebody else for a while."""
    _speakers.append(what)
    try:
        yield
    finally:
        _speakers.remove(what)
