"""Images are small, run without root, and name nothing of one architecture."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted((ROOT / "container_src").glob("*/Dockerfile"))


def test_each_program_has_one() -> None:
    programs = {path.parent for path in (ROOT / "container_src").glob("*/__main__.py")}
    assert {path.parent for path in DOCKERFILES} == programs


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_hadolint_finds_nothing(dockerfile: Path) -> None:
    done = subprocess.run(
        ["hadolint", "--no-color", str(dockerfile)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_requirements_are_pinned_as_tested(dockerfile: Path) -> None:
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    )
    wanted = (dockerfile.parent / "requirements.txt").read_text().splitlines()
    for name, version in (line.split("==") for line in wanted):
        assert pins[name.split("[")[0]] == version
