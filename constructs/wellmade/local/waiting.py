"""Say that something still goes on, for as long as it says nothing itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from wellmade.console import err
from wellmade.patience import now_and_then, spoken_for


@contextmanager
def told(what: str) -> Iterator[None]:
    """Show what goes on: at one place of a terminal, and as a line now and then elsewhere."""
    with spoken_for(what), err.status(what) as status:

        def say(seconds: int) -> None:
            line = f"{what}, {seconds} s"
            status.update(line)
            if not err.is_terminal:
                err.print(f"wellmade: {line}", markup=False)

        with now_and_then(say):
            yield
