"""Programs that are ended with all that they have started, whatever happens to us."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def own_group(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program in a process group of its own, and leave nothing of it.

    An interrupt that meets us alone would end the program and leave what it has started in turn.

    Args:
        command: The program and its arguments.
        options: Of `subprocess.Popen`; what it reads and writes is text.
    """
    with subprocess.Popen(  # noqa: S603 - callers' own command lines
        command, text=True, start_new_session=True, **options
    ) as process:
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End what is left; nothing is when all went well."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
