"""Where Wellmade keeps what it makes once: dependencies, the embedded AWS, the CDK, what `prove` read."""

import os
from pathlib import Path


def home() -> Path:
    """Return the folder for built things; it may not exist yet.

    `WELLMADE_HOME` names it. Default: `wellmade` under `XDG_CACHE_HOME`, else `~/.cache/wellmade`.
    Everything in it can be deleted and is built again when needed.
    """
    if configured := os.environ.get("WELLMADE_HOME"):
        return Path(configured).expanduser().absolute()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser().absolute() / "wellmade"
