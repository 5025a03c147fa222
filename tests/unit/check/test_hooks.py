"""The pre-commit hook and the GitHub Action: what can be said of them without a network."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from wellmade.check.registry import example
from wellmade.cli import COMMANDS

ROOT = Path(__file__).parents[3]
CLEAN = "Resources:\n  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n"


@pytest.fixture(scope="module")
def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return dict(only)


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "action.yml").read_text()))


def test_the_hook_starts_a_command_that_we_install(hook: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    script, command = hook["entry"].split()
    assert script in project["scripts"]
    assert command in COMMANDS
    assert hook["language"] == "python"
    (extra,) = re.findall(r"\[(\w+)\]", " ".join(hook["additional_dependencies"]))
    assert extra in project["optional-dependencies"]


@pytest.mark.parametrize(
    ("file", "is_template"),
    [
        ("template.yaml", True),
        ("infra/orders-template.yml", True),
        ("cdk.out/Shop.template.json", True),
        ("legacy/network.template", True),
        ("cloudformation.json", True),
        ("package.json", False),
        (".github/workflows/ci.yml", False),
        ("template.py", False),
    ],
)
def test_the_hook_looks_at_templates_only(hook: dict[str, Any], file: str, *, is_template: bool) -> None:
    assert bool(re.search(hook["files"], file)) is is_template


def test_every_input_of_the_action_is_documented_and_used(action: dict[str, Any]) -> None:
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text()))
    assert used == set(action["inputs"])
    for name, given in action["inputs"].items():
        assert given["description"].endswith("."), name
        assert isinstance(given["default"], str), name


def test_no_input_becomes_part_of_a_script(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "uses" in step or step["shell"] == "bash"


@pytest.mark.parametrize(("template", "code"), [(example("queue-visibility", "bad"), 1), (CLEAN, 0)])
def test_the_script_of_the_action_runs(
    action: dict[str, Any], tmp_path: Path, template: str, code: int
) -> None:
    """It is run as GitHub does, `bash -eo pipefail`, and gives the exit code of the check."""
    (tmp_path / "a.yaml").write_text(template)
    script = next(step["run"] for step in action["runs"]["steps"] if step.get("name") == "Check")
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "wellmade").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m wellmade.cli "$@"\n'
    )
    (commands / "wellmade").chmod(0o755)
    variables = {
        "PATHS": "a.yaml",
        "BASELINE": "",
        "SARIF": "out.sarif",
        "PYTHONPATH": str(ROOT / "constructs"),
    }
    variables["PATH"] = f"{commands}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (code, "")
    assert ("queue-visibility" in ran.stdout) is (code == 1)
    assert '"version": "2.1.0"' in (tmp_path / "out.sarif").read_text()
