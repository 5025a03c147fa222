"""The embedded AWS of the current folder, also seen from a folder below."""

from pathlib import Path

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, running
from wellmade.local.state import failed_log

STATE_DIR = Path(".wellmade")
"""Where the cloud of a project keeps its state, seen from the project's folder."""


def find_cloud() -> LocalCloud | None:
    """Return the one that runs in this folder, or in the nearest one above that has one."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / STATE_DIR).is_dir() and (cloud := running(folder / STATE_DIR)):
            return cloud
    return None


def find_failed_log() -> Path | None:
    """Return what was kept when a first deployment failed, in this folder or in the nearest one above."""
    folders = (Path.cwd(), *Path.cwd().parents)
    return next((log for folder in folders if (log := failed_log(folder / STATE_DIR)).exists()), None)


def the_cloud() -> LocalCloud:
    """Return the one that runs here.

    Raises:
        WellmadeError: If none does.
    """
    cloud = find_cloud()
    if cloud is None:
        raise WellmadeError("no embedded AWS runs in this folder; start one with: wellmade local up")
    return cloud
