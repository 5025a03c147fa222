"""The files of an embedded AWS, of which nobody but their owner may read any."""

import shutil
from pathlib import Path
from typing import IO

from wellmade.local.extension.cells.endings import end_all
from wellmade.local.extension.cells.removal import remove_tree


def log_file(state_dir: Path) -> Path:
    """Return where the server writes what it does."""
    return state_dir / "local.log"


def scratch_folder(state_dir: Path) -> Path:
    """Return the folder for files that end with the server."""
    return state_dir / "local"


def state_file(state_dir: Path) -> Path:
    """Return where endpoint, process and secret key of the one that runs are."""
    return state_dir / "local.json"


def lock_file(state_dir: Path) -> Path:
    """Return what the server holds locked for as long as it lives."""
    return state_dir / "local.lock"


def failed_log(state_dir: Path) -> Path:
    """Return where is kept what was written while a first deployment failed, since its cloud ends with it."""
    return state_dir / "failed.jsonl"


def make_private(state_dir: Path) -> None:
    """Make the folder for its owner alone; where it was there, what is put into it still is."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = state_dir / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")  # this folder ignores itself


def private(path: Path, mode: str) -> IO[str]:
    """Open a file that nobody else may read, also one that was there before."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    return path.open(mode)


def sweep(state_dir: Path) -> None:
    """Remove what is of use only while a server runs."""
    state_file(state_dir).unlink(missing_ok=True)
    for noted in (scratch_folder(state_dir) / "outside").glob("wellmade-*"):
        shutil.rmtree(Path("/tmp", noted.name), ignore_errors=True)  # noqa: S108 - made there, see data_stores
    end_all(scratch_folder(state_dir))  # what a killed server has left
    remove_tree(scratch_folder(state_dir))
