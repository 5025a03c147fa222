"""Gap: functions and programs can do all that the developer can, who only wanted to try them.

Here each is confined before it starts, see `confine`, to the system's programs, its own code and a folder of
its own. Where the system refuses one of the means, the other is used, and what is then open is told.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CODE, LAYERS, RUNTIME, LANGUAGE = "/var/task", "/opt", "/var/runtime", "/var/lang"
FILES = "/tmp"  # noqa: S108 - Lambda's own
_CONFINE = Path(__file__).with_name("confine.py")


@functools.cache
def refused() -> Mapping[str, str]:
    """Return which means this system refuses, with its reasons: `root`, `landlock`, `signals`."""
    if not sys.platform.startswith("linux"):
        return dict.fromkeys(("root", "landlock", "signals"), f"{sys.platform} has none")
    command = [sys.executable, "-I", "-S", str(_CONFINE), "--probe"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return dict(line.split(" ", 1) for line in result.stdout.splitlines())


@dataclass(frozen=True)
class Cell:
    """What one process may see besides the system."""

    own: Path
    """Its folder for files, as `/tmp`."""
    shown: Mapping[str, str]
    """Where it finds what, by where that is; readable."""
    kept: Sequence[str] = field(default=())
    """What else it may read, where it is."""
    megabytes: int | None = None
    """Most that its files may take, kept in memory where there is an own root. Default: what the disk has."""

    def inside(self, path: str) -> str:
        """Return the path by which the process finds a file that is shown to it."""
        if "root" in refused():
            return path
        for source, target in self.shown.items():
            if source != sys.base_prefix and (path == source or path.startswith(f"{source}/")):
                return target + path[len(source) :]
        return FILES if path == str(self.own) else path

    def command(self, command: Sequence[str], directory: str) -> list[str]:
        """Return the command line that starts the process in the cell, given paths as they are outside."""
        words = [self.inside(word) for word in command]
        no_root, no_landlock = "root" in refused(), "landlock" in refused()
        if no_root and no_landlock:
            return words
        options = ["--no-root"] * no_root + ["--no-landlock"] * no_landlock
        options += [f"--keep={path}" for path in (*self.kept, *runtimes()) if Path(path).exists()]
        options += [f"--link={path}" for path in links_to(sys.executable)]
        options += [f"--bind={source}={target}" for source, target in self.shown.items()]
        options += [f"--megabytes={self.megabytes}"] if self.megabytes else []
        options += [f"--own={self.own}", f"--cwd={self.inside(directory)}"]
        return [sys.executable, "-I", "-S", str(_CONFINE), *options, "--", *_found(words)]


def _found(command: Sequence[str]) -> list[str]:
    """Say where a program is; nobody looks it up on the way."""
    return [shutil.which(command[0]) or command[0], *command[1:]]


@functools.cache
def runtimes() -> tuple[str, ...]:
    """Return the folders of this Python and of Node."""
    pythons = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1])}
    node = shutil.which("node")
    return (*sorted(pythons), *([str(Path(node).resolve().parents[1])] if node else []))


def links_to(program: str) -> list[str]:
    """Return each symbolic link on the way to a program: a Python of pyenv or uv is reached by several."""
    path = Path(program)
    link = next((each for each in (*reversed(path.parents), path) if each.is_symlink()), None)
    if link is None:
        return []
    target = link.parent / link.readlink() / path.relative_to(link)
    return [str(link), *links_to(os.path.normpath(target))]


def own_folder() -> Path:
    """Make a folder for the files of one process; it ends with the server at the latest."""
    return Path(tempfile.mkdtemp(prefix="own-", dir=os.environ["TMPDIR"]))
