"""The versions that are promised are those that are tested."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from docs.versions import CONCERNS, LIBRARY, WRITTEN_ANEW, asked, main, written_otherwise

ROOT = Path(__file__).parents[3]
JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "versions.yml").read_text())["jobs"]


def test_asks_for_the_oldest_and_the_newest() -> None:
    least = re.search(rf'"{LIBRARY}>=([\d.]+),<3"', (ROOT / "pyproject.toml").read_text())
    assert least
    assert (asked("oldest"), asked("newest")) == (f"{LIBRARY}=={least[1]}", f"{LIBRARY}<3")


def test_every_python_that_is_promised_has_a_cell() -> None:
    matrix = JOBS["constructs"]["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={matrix['python'][0]}"
    assert matrix == {
        "python": ["3.11", "3.12", "3.13", "3.14"],
        "node": ["22", "24"],
        "cdk": ["oldest", "newest"],
    }


def test_the_newest_takes_the_place_of_what_is_pinned() -> None:
    [taken] = [each["run"] for each in JOBS["constructs"]["steps"] if "docs.versions" in each.get("run", "")][
        :1
    ]
    assert "pip install --upgrade " in taken


def test_an_older_cdk_is_not_asked_for_what_a_newer_one_writes() -> None:
    assert written_otherwise("2.262.0") == list(WRITTEN_ANEW)
    assert written_otherwise("2.274.1") == ["tests/unit/governance/test_cost_guard.py::test_looks_like"]
    assert written_otherwise("2.275.0") == []
    for test in WRITTEN_ANEW:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text()


def test_what_follows_is_for_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docs.versions.tested", len)
    assert main(["--test", "-p", "no:cacheprovider", "-k", "looks_like"]) == 4


def test_every_folder_of_constructs_is_tested() -> None:
    packages = {each.parent.name for each in (ROOT / "constructs" / "wellmade").glob("*/__init__.py")}
    with_constructs = {
        name
        for name in packages
        if any(
            "aws_cdk" in file.read_text() for file in (ROOT / "constructs" / "wellmade" / name).glob("*.py")
        )
    }
    tools = {
        "advise",
        "graph",
        "check",
        "prove",
        "cost",
        "draw",
        "capacity",
        "local",
        "testing",
        "new",
        "contracts",
    }
    assert with_constructs - tools <= set(CONCERNS)
    assert [name for name in CONCERNS if not (ROOT / "tests" / "unit" / name).is_dir()] == []
