"""Say that something still goes on, for as long as it says nothing itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wellmade.console import err
from wellmade.patience import SILENCE, spoken_for


@contextmanager
def told(what: str) -> Iterator[None]:
    """Show what goes on: at one place of a terminal, and as a line now and then elsewhere."""
    began, done = time.monotonic(), threading.Event()

    def line() -> str:
        return f"{what}, {round(time.monotonic() - began)} s"

    with spoken_for(what), err.status(what) as status:

        def tell() -> None:
            while not done.wait(SILENCE):
                status.update(line())
                if not err.is_terminal:
                    err.print(f"wellmade: {line()}", markup=False)

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            done.set()
            teller.join()
