"""The files of a folder as they travel: what is ignored left out, links followed within the folder alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wellmade.kit.packaging.ignored import Ignored
from wellmade.kit.packaging.refused import refused


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
        ValueError: If a link leads out of the folder, nowhere, or back to where it lies in.
    """
    found = _walk(folder, "", Ignored(ignore), folder.resolve())
    return sorted(
        (File(prefix + name, path, bool(path.stat().st_mode & 0o100)) for name, path in found),
        key=lambda file: file.name,
    )


def _walk(folder: Path, at: str, ignored: Ignored, top: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.iterdir():
        name = f"{at}{path.name}"
        is_folder = path.is_dir()
        if (f"{name}/" if is_folder else name) in ignored:
            continue
        if path.is_symlink():
            _refuse_link(path, top)
        if is_folder:
            yield from _walk(path, f"{name}/", ignored, top)
        else:
            yield name, path


def _refuse_link(link: Path, top: Path) -> None:
    goal = link.resolve()
    allowed = "a file or folder within the code"
    if not goal.is_relative_to(top):
        fix = "copy what it leads to into the folder, or name the link in ignore"
        raise refused(link, "symbolic link", allowed, goal, fix)
    if not goal.exists() or link.parent.resolve().is_relative_to(goal):
        raise refused(link, "symbolic link", allowed, goal, "remove the link, or name it in ignore")
