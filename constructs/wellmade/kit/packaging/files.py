"""The files of a folder as they travel: what is ignored left out, links followed within the folder alone."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wellmade.kit.packaging.ignored import Ignored
from wellmade.kit.packaging.refused import refused

_NO_UTF8 = re.compile(r"[\ud800-\udfff]")
"""How Python tells bytes of a name that are no UTF-8, which is what archives name files in."""


@dataclass(frozen=True, slots=True)
class File:
    """One entry of an archive."""

    name: str
    """Its path there."""
    path: Path
    is_executable: bool

    @property
    def content(self) -> bytes:
        """What it holds."""
        return self.path.read_bytes()


def files_of(folder: Path, *, ignore: Sequence[str] = (), prefix: str = "") -> list[File]:
    """Return the files of a folder, by name.

    Args:
        folder: Where they are.
        ignore: Patterns beside the defaults.
        prefix: Before each name.

    Raises:
        ValueError: If a link leads out of the folder, nowhere, or back to where it lies in; if something is
            no file, cannot be read, or has a name that is no UTF-8.
    """
    found = _walk(folder, "", Ignored(ignore), folder.resolve(), frozenset())
    return sorted((_file(prefix + name, path) for name, path in found), key=lambda file: file.name)


def _file(name: str, path: Path) -> File:
    """Return an entry, judged before anything is read: reading a pipe would wait indefinitely."""
    mode = path.stat().st_mode
    fix = "remove it, or name it in ignore"
    if not stat.S_ISREG(mode):
        raise refused(path, "file", "a regular file", "a pipe, a socket or a device", fix)
    if not os.access(path, os.R_OK):
        raise refused(path, "file", "one that you may read", "none of your permissions", fix)
    if _NO_UTF8.search(name):
        raise refused(
            ascii(str(path)), "file", "named in UTF-8", ascii(name), "rename it, or name its folder in ignore"
        )
    return File(name, path, bool(mode & stat.S_IXUSR))


def _walk(
    folder: Path, at: str, ignored: Ignored, top: Path, linked: frozenset[Path]
) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder.

    Args:
        folder: Where they are.
        at: The folder's path from the top, as it is named in the archive.
        ignored: What does not travel.
        top: The code folder, out of which no link leads.
        linked: Where the links on the way here lead: coming there again would never end.
    """
    for path in _entries(folder):
        name = f"{at}{path.name}"
        is_folder = path.is_dir()
        if (f"{name}/" if is_folder else name) in ignored:
            continue
        goals = linked | {_goal(path, top, linked)} if path.is_symlink() else linked
        if is_folder:
            yield from _walk(path, f"{name}/", ignored, top, goals)
        else:
            yield name, path


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except PermissionError as error:
        fix = "let yourself read it, or name it in ignore"
        raise refused(folder, "folder", "one that you may read", "none of your permissions", fix) from error


def _goal(link: Path, top: Path, linked: frozenset[Path]) -> Path:
    """Return where a link leads, if that is within the code and not where one came from."""
    allowed, fix = "a file or folder within the code", "remove the link, or name it in ignore"
    try:
        goal = link.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # Python 3.12 raises RuntimeError for a loop, 3.13 OSError
        raise refused(link, "symbolic link", allowed, link.readlink(), fix) from error
    if not goal.is_relative_to(top):
        fix = "copy what it leads to into the folder, or name the link in ignore"
        raise refused(link, "symbolic link", allowed, goal, fix)
    if goal in linked or link.parent.resolve().is_relative_to(goal):
        raise refused(link, "symbolic link", allowed, goal, fix)
    return goal
