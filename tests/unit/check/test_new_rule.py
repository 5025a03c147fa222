"""`--new-rule` writes a rule, its pair and its test, all of which pass in a copy of the repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wellmade.cli import main

pytestmark = pytest.mark.scan

ROOT = Path(__file__).parents[3]
COPIED = ("constructs/wellmade", "tests/unit/check")
FILES = ("pyproject.toml", "tests/__init__.py", "tests/unit/__init__.py", "docs/check.md")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The parts of the repository that a rule needs."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def _run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(copy / "constructs"), str(copy)))
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_it_writes_passes(copy: Path) -> None:
    said = _run(copy, "-m", "wellmade.cli", "check", "--new-rule", "sqs/queue-delay")
    assert (said.returncode, said.stderr) == (0, "")
    for name in said.stdout.splitlines()[:4]:
        assert (copy / name).is_file()
    tests = ["tests/unit/check/test_rules.py", "tests/unit/check/test_queue_delay.py"]
    done = _run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "delay")
    assert done.returncode == 0, done.stdout
    ids = _run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/check/test_cfn_lint.py", "-k", "id"
    )
    assert ids.returncode == 0, ids.stdout


def test_a_name_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--new-rule", "sqs/queue-visibility"]) == 2
    assert "a rule that is not there yet, got queue-visibility" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["queue-delay", "sqs/delay", "../sqs/queue-delay", "sqs/Queue-Delay"])
def test_what_is_no_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["check", "--new-rule", name]) == 2
    assert (
        f"--new-rule must be SERVICE/NAME with a name of two words or more, got {name}"
        in capsys.readouterr().err
    )
