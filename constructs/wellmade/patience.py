"""Say that a command is still at work: after two seconds without a word people think that it hangs."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wellmade.harmless import write_err

SILENCE = 1.5
"""Seconds without a word."""
QUIET = "WELLMADE_QUIET"
"""Variable that leaves such lines out, for logs that nobody watches."""
_speakers: list[str] = []
"""What else tells how it goes at the moment."""


@contextmanager
def at_work(command: str) -> Iterator[None]:
    """Write a line now and then for as long as a command runs and nothing in it tells how it goes."""
    began, done = time.monotonic(), threading.Event()

    def tell() -> None:
        while not done.wait(SILENCE):
            if not _speakers:
                write_err(f"wellmade: {command} is at work, {round(time.monotonic() - began)} s\n")

    teller = threading.Thread(target=tell, daemon=True, name="at work")
    if not os.environ.get(QUIET):
        teller.start()
    try:
        yield
    finally:
        done.set()
        if teller.is_alive():
            teller.join()


@contextmanager
def spoken_for(what: str) -> Iterator[None]:
    """Leave the word to somebody else for a while."""
    _speakers.append(what)
    try:
        yield
    finally:
        _speakers.remove(what)
