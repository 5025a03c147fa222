"""What is pinned can be installed on the oldest Python that the README promises."""

import re
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from wellmade.local.toolchain import ministack_python

ROOT = Path(__file__).parents[3]
OLDEST = "3.11.0"


def packages_of(python: Path) -> Iterable[Distribution]:
    """Return what is installed into an environment that has a Python of the version that runs this."""
    packages = python.parents[1] / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    return distributions(path=[str(packages)])


def names_in(lock: Path) -> set[NormalizedName]:
    """Return the packages that a lock file pins."""
    return {
        canonicalize_name(line.partition("==")[0].partition("[")[0])
        for line in lock.read_text().splitlines()
        if re.match(r"[\w.\[\],-]+==", line)
    }


def too_new(lock: Path, installed: Iterable[Distribution]) -> dict[str, str]:
    """Return the pins of a lock file that the oldest Python refuses, by the Python that they want."""
    pinned = names_in(lock)
    wanted = {canonicalize_name(each.name): each.metadata["Requires-Python"] for each in installed}
    assert pinned & wanted.keys()
    judged = {name: wanted[name] for name in pinned & wanted.keys() if wanted[name]}
    return {name: python for name, python in judged.items() if OLDEST not in SpecifierSet(python)}


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "lambda_src" / "requirements").glob("*.txt")), ids=lambda it: it.stem
)
def test_what_travels_with_functions_is_whole_on_the_oldest_python(lock: Path) -> None:
    # Locally functions run on the Python of this library, whatever version their template names.
    pinned = names_in(lock)
    packages = [each for each in distributions() if canonicalize_name(each.name) in pinned]
    wanted = [Requirement(line) for each in packages for line in each.requires or []]
    old = {"python_version": "3.11", "python_full_version": OLDEST, "extra": ""}
    needed = {canonicalize_name(it.name) for it in wanted if not it.marker or it.marker.evaluate(old)}
    assert packages
    assert needed <= pinned


def test_every_pin_runs_on_the_oldest_python() -> None:
    assert too_new(ROOT / "constraints.txt", distributions()) == {}


def test_every_pin_of_the_embedded_aws_does() -> None:
    lock = ROOT / "constructs" / "wellmade" / "local" / "ministack-requirements.txt"
    assert too_new(lock, packages_of(ministack_python())) == {}


@pytest.mark.scan
def test_every_pin_of_checkov_does() -> None:
    python = ROOT / ".venv" / "checkov" / "bin" / "python"
    assert too_new(ROOT / "requirements-checkov.txt", packages_of(python)) == {}
