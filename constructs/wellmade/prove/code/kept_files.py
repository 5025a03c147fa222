"""How long and how much is kept on disk of projects that nobody compares any more."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

DAYS = 30
"""A file that no run has used for so long is deleted."""
LARGEST = 200_000_000
"""So many bytes are kept of all projects; beyond that, what was used longest ago is deleted."""
_DAY = 24 * 60 * 60


def tidy(used: Path) -> None:
    """Note that a file was used, and delete beside it what is too old or too much.

    Args:
        used: The file of this run's project, which stays.
    """
    with suppress(OSError):
        used.touch()
    for file in _too_much(used):
        with suppress(OSError):  # another run deletes at the same time
            file.unlink()


def _too_much(used: Path) -> Iterator[Path]:
    found = []
    with suppress(OSError):
        for file in used.parent.iterdir():
            if file != used and file.is_file():
                told = file.stat()
                found.append((told.st_mtime, told.st_size, file))
    size = used.stat().st_size if used.is_file() else 0
    oldest = time.time() - DAYS * _DAY
    for when, bytes_of_it, file in sorted(found, reverse=True):
        size += bytes_of_it
        if when < oldest or size > LARGEST:
            yield file
