"""The functions of a project that made a call; a recording has each such stack once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Frame(NamedTuple):
    """A function on the stack of a call."""

    file: Path
    function: str
    """Its qualified name."""
    line: int = 0


class Stacks:
    """The frames of calls: those made in one place share theirs, and are written down once.

    Args:
        root: Folder of the project.
        written: What a recording has apart; calls name it by its place.
    """

    def __init__(self, root: Path, written: Sequence[Any] = ()) -> None:
        self._root = root
        self._paths: dict[str, Path] = {}
        self._known: dict[Any, tuple[Frame, ...]] = {}
        self._written = [self._read(stack) for stack in written]

    def of(self, frames: Any) -> tuple[Frame, ...]:
        """Return frames that stand with a call, or where it says."""
        if isinstance(frames, int):
            return self._written[frames if frames >= 0 else len(self._written)]
        stack = tuple(map(tuple, frames))
        if stack not in self._known:
            self._known[stack] = self._read(stack)
        return self._known[stack]

    def _read(self, stack: Sequence[Any]) -> tuple[Frame, ...]:
        return tuple(_frame(self._path(file), *where) for file, *where in stack)

    def _path(self, file: str) -> Path:
        if file not in self._paths:
            self._paths[file] = self._root / file
        return self._paths[file]


def _frame(file: Path, function: object, line: object) -> Frame:
    if not isinstance(function, str) or not isinstance(line, int):
        raise TypeError(line)
    return Frame(file, function, line)
