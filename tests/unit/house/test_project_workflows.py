"""The workflows of this repository: linters find nothing, one job alone may publish, and no secret is kept."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.workflow_linters import LINTERS, found

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
RELEASE: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())


@pytest.mark.scan
@pytest.mark.parametrize(
    ("linter", "file"),
    [
        *((linter, file) for linter in LINTERS for file in FILES),
        ("zizmor", ACTION),
    ],  # actionlint reads no action
    ids=str,
)
def test_linters_find_nothing(linter: str, file: Path) -> None:
    code, said = found(linter, file)
    assert code == 0, said


@pytest.mark.parametrize("file", [*FILES, ACTION], ids=lambda file: file.name)
def test_no_secret_is_named_and_every_action_is_pinned(file: Path) -> None:
    text = file.read_text()
    assert "secrets." not in text
    assert set(re.findall(r"uses: \S+?@(\S+)", text)) == set(
        re.findall(r"uses: \S+?@([0-9a-f]{40}) # v", text)
    )


def test_a_release_is_built_tested_alone_and_then_published() -> None:
    jobs = RELEASE["jobs"]
    assert [each.get("needs") for each in jobs.values()] == [None, "build", "test"]
    assert any("test_wheel.py" in step.get("run", "") for step in jobs["test"]["steps"])
    uses = [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]]
    assert uses == [
        "actions/download-artifact",
        "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
    ]


def test_only_the_job_that_publishes_has_a_token_and_runs_no_code_of_ours() -> None:
    for name, job in RELEASE["jobs"].items():
        assert ("id-token" in job["permissions"]) is (name == "publish")
    publish = RELEASE["jobs"]["publish"]
    assert publish["environment"] == "pypi"
    assert not any("run" in step for step in publish["steps"])
