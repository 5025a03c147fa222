"""Say within a second that the embedded AWS has ended, instead of waiting for its answers."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from botocore.exceptions import BotoCoreError

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, is_held, last_line
from wellmade.local.state import log_file

_PAUSE = 0.5
"""Seconds between two looks."""
_SIGNAL = signal.SIGUSR1
"""Ends what a thread blocks on. Not SIGINT, which a shell lets ignore what it starts in the background."""


class _GoneError(KeyboardInterrupt):
    """What is inside is interrupted as by a person, and cleans up as then."""


class EndedError(WellmadeError):
    """The embedded AWS has ended while something was done with it."""

    exit_code = 1


@contextmanager
def demanded(cloud: LocalCloud) -> Iterator[None]:
    """End what is inside once the embedded AWS has ended, whatever it waits for; only in the main thread.

    Raises:
        EndedError: With the last line of its log.
    """
    done, is_gone = threading.Event(), threading.Event()

    def watch() -> None:
        while not done.wait(_PAUSE):
            if not is_held(cloud.state_dir):
                is_gone.set()
                signal.pthread_kill(caller, _SIGNAL)
                return

    caller, before = threading.get_ident(), signal.signal(_SIGNAL, _interrupt)
    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            signal.signal(_SIGNAL, before)
    except (KeyboardInterrupt, BotoCoreError, WellmadeError) as error:
        if is_gone.is_set() or not is_held(cloud.state_dir):
            raise EndedError(
                f"the embedded AWS ended meanwhile, with: {last_line(cloud.state_dir)}; "
                f"see {log_file(cloud.state_dir)}"
            ) from error
        raise


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise _GoneError
