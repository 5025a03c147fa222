"""How much memory the processes of functions and tasks take, over time."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wellmade.local.server import LocalCloud

EVERY = 0.5
"""Seconds between two looks."""
_FUNCTION, _TASK = b"AWS_LAMBDA_FUNCTION_NAME=", b"FILE_KEY="
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Memory:
    """Resident bytes by function, each with the second at which they were seen."""

    seen: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))

    def peaks(self, name: str, parts: int = 4) -> list[int]:
        """Return the most bytes of one process in each part of the time in which there was one."""
        found = self.seen[name]
        first, last = found[0][0], found[-1][0]
        width = (last - first) / parts or 1
        most = [0] * parts
        for at, size in found:
            place = min(parts - 1, int((at - first) / width))
            most[place] = max(most[place], size)
        return most


@contextmanager
def watching(cloud: LocalCloud) -> Iterator[Memory]:
    """Look at the processes of a cloud's functions and tasks while the block runs."""
    memory, over = Memory(), threading.Event()

    def watch() -> None:
        start = time.monotonic()
        while not over.wait(EVERY):
            for name, size in _processes(cloud.pid):
                memory.seen[name].append((time.monotonic() - start, size))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def _processes(server: int) -> Iterator[tuple[str, int]]:
    """Yield name and resident bytes of each process below the server that runs a function or a task."""
    parents = {int(each.name): each for each in Path("/proc").iterdir() if each.name.isdecimal()}
    below = {server}
    for pid, place in sorted(parents.items()):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent not in below:
                continue
            below.add(pid)
            name = _name_in((place / "environ").read_bytes())
            if name:
                yield name, int((place / "statm").read_text().split()[1]) * _PAGE
        except OSError:  # it has just ended
            continue


def _name_in(environment: bytes) -> str | None:
    for line in environment.split(b"\0"):
        if line.startswith(_FUNCTION):
            return line.removeprefix(_FUNCTION).decode()
    return "the task" if any(line.startswith(_TASK) for line in environment.split(b"\0")) else None
