"""An embedded AWS for one benchmark, which ends with it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from wellmade.local.server import LocalCloud, start

ROOT = Path(__file__).parents[1]


@contextmanager
def cloud_for(benchmark: str) -> Iterator[LocalCloud]:
    """Start one in a folder of its own; it also ends by itself, should the benchmark be killed."""
    os.chdir(ROOT)
    home = ROOT / ".wellmade"
    home.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=f"{benchmark}-", dir=home) as folder,
        start(Path(folder), lifetime=timedelta(minutes=15), parent=os.getpid()) as cloud,
    ):
        yield cloud
