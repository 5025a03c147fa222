"""The workflow that people copy: linters find nothing, its commands are there, and it trusts nobody else."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.workflow_linters import LINTERS, found
from wellmade.cli import _parser
from wellmade.facts.pipelines import CDK_ROLES, QUALIFIER

FILE = Path(__file__).parents[3] / "docs" / "workflows" / "deploy.yml"
TEXT = FILE.read_text()
JOBS: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]


@pytest.mark.scan
@pytest.mark.parametrize("linter", LINTERS)
def test_finds_nothing(linter: str) -> None:
    code, said = found(linter, FILE)
    assert code == 0, said


@pytest.mark.scan
@pytest.mark.parametrize(
    ("linter", "before", "after"),
    [
        ("actionlint", "needs: prove", "needs: proof"),
        ("zizmor", "permissions: {}", "permissions: write-all"),
        ("zizmor", "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "actions/checkout@v4"),
    ],
)
def test_finds_what_is_wrong(linter: str, before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "deploy.yml"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT.replace(before, after))
    assert found(linter, file)[0] != 0


def commands() -> list[str]:
    lines = [line.strip().removeprefix("run: ") for line in TEXT.splitlines()]
    return [line for line in lines if line.startswith("wellmade ")]


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_each_command_is_one_that_there_is(line: str) -> None:
    words = shlex.split(line.split(" >>", maxsplit=1)[0])[1:]
    assert _parser(words).parse_args(words).run


def test_proves_before_it_deploys_and_drives_staging_before_production() -> None:
    tools = [line.split()[1] for line in commands()]
    assert tools == ["check", "prove", "cost", "upgrade", "upgrade", "upgrade"]
    assert JOBS["staging"]["needs"] == "prove"
    assert JOBS["staging"]["steps"][-1]["run"] == "pytest tests/staging"
    assert JOBS["prod"]["needs"] == "staging"


def test_only_jobs_of_an_environment_have_a_token() -> None:
    for name, job in JOBS.items():
        deploys = "id-token" in job["permissions"]
        assert deploys is (job.get("environment") == name)
        assert deploys is ("github.event_name == 'push'" in job.get("if", ""))


def test_becomes_only_what_the_deploy_role_may_become() -> None:
    named = set(re.findall(rf"cdk-{QUALIFIER}-([a-z-]+-role)-", TEXT))
    assert named <= set(CDK_ROLES)
    assert named == {"lookup-role"}
