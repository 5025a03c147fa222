"""Templates to check, and the whole process to check them with."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wellmade.check.registry import example

LIBRARY = Path(__file__).parents[3] / "constructs"
CLEAN = "Resources:\n  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A template whose queue `Orders` breaks the rule `queue-visibility`."""
    file = tmp_path / "bad.yaml"
    file.write_text(re.sub(r"^ *#.*\n", "", example("queue-visibility", "bad"), flags=re.MULTILINE))
    return file


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A template in which there is nothing to find."""
    file = tmp_path / "clean.yaml"
    file.write_text(CLEAN)
    return file


@pytest.fixture
def wellmade(tmp_path: Path) -> Run:
    """Run the command as its own process, piped, in a folder of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wellmade.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(LIBRARY)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
