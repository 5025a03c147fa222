"""The embedded AWS of the current folder, also seen from a folder below."""

from pathlib import Path

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, running

STATE_DIR = Path(".wellmade")
"""Where the cloud of a project keeps its state, seen from the project's folder."""


def find_cloud() -> LocalCloud | None:
    """Return the one that runs in this folder, or in the nearest one above that has one."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / STATE_DIR).is_dir() and (cloud := running(folder / STATE_DIR)):
            return cloud
    return None


def the_cloud() -> LocalCloud:
    """Return the one that runs here.

    Raises:
        WellmadeError: If none does.
    """
    cloud = find_cloud()
    if cloud is None:
        raise WellmadeError("no embedded AWS runs in this folder; start one with: wellmade local up")
    return cloud
