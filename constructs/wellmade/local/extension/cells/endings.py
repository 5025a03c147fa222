"""What was started in a cell ends with it: in the background, without a parent, in a group of its own.

A process cannot leave the mounts of its cell, and Linux tells of each process which those are.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 20
"""Looks at what is left, while something goes on starting more."""


class CellProcess(subprocess.Popen[str]):
    """The first process of a cell; ending it ends the others."""

    def send_signal(self, sig: int) -> None:
        """Signal the first one, and end all that it has started."""
        cell = _mounts_of(self.pid)
        super().send_signal(sig)
        if sig in (signal.SIGTERM, signal.SIGKILL) and cell not in (None, _mounts_of(os.getpid())):
            _end_while_found(lambda each: each != self.pid and _mounts_of(each) == cell)


def end_all(folder: Path) -> None:
    """End every process in a cell that was shown something of a folder.

    Args:
        folder: Where a cloud has its working files, also one whose server was killed.
    """
    shown = _as_mounts_name_it(folder)
    if shown:
        _end_while_found(lambda each: shown in _mounts_in(each))


def is_in_cell(process: int, folder: Path) -> bool:
    """Tell whether a process is in a cell that was shown something of a folder."""
    shown = _as_mounts_name_it(folder)
    return shown is not None and shown in _mounts_in(process)


def have_one_cell(one: int, other: int) -> bool:
    """Tell whether two processes are in the same cell, or are one where there are none."""
    cell = _mounts_of(one)
    return one == other or (cell == _mounts_of(other) and cell not in (None, _mounts_of(os.getpid())))


def _end_while_found(is_meant: Callable[[int], bool]) -> None:
    own = os.getpid()
    for _ in range(ROUNDS):
        every = (int(entry.name) for entry in Path("/proc").glob("[1-9]*"))
        found = [each for each in every if each != own and is_meant(each)]
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if not found:
            return
        time.sleep(0.01)


def _mounts_of(process: int) -> str | None:
    """Return what tells the mounts of a process from those of others; None if it is over, or nobody tells."""
    try:
        return str(Path(f"/proc/{process}/ns/mnt").readlink())
    except OSError:
        return None


def _mounts_in(process: int) -> str:
    """Return the mounts of a process, none if they are those of this one."""
    if _mounts_of(process) in (None, _mounts_of(os.getpid())):
        return ""
    try:
        return Path(f"/proc/{process}/mountinfo").read_text(errors="surrogateescape")
    except OSError:
        return ""


def _as_mounts_name_it(folder: Path) -> str | None:
    """Return a folder as lists of mounts name what is shown of it: from the root of its file system."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return None
    real = _escaped(str(folder.resolve()))
    roots = [(words[4], words[3]) for words in map(str.split, lines)]
    place, root = max(
        ((place, root) for place, root in roots if f"{real}/".startswith(f"{place.rstrip('/')}/")),
        key=lambda each: len(each[0]),
    )
    return f" {root.rstrip('/')}/{real[len(place.rstrip('/')) + 1 :]}/"


def _escaped(path: str) -> str:
    return "".join(f"\\{ord(each):03o}" if each in " \t\n\\" else each for each in path)
