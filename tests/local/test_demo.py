"""The main job, as whoever clones the project runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]


def test_every_file_is_accounted_for() -> None:
    """It has a cloud of its own, and is what follows a message from the dead-letter queue to a person."""
    done = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, "Every file is accounted for" in done.stdout) == (0, True), (
        done.stdout + done.stderr
    )
