"""Another team's app takes the wheel: own functions, queues, streams, tables, keys and networks, in all places."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from tests.checkov import CHECKOV, needs_checkov
from tests.foreign.conftest import SHOP, Foreign
from wellmade.check.run import check
from wellmade.graph import load

pytestmark = pytest.mark.scan

REGIONS = ["eu-west-1"]
IGNORED = ["W3005", "W3010"]
"""The CDK names dependencies twice, and the zones that it has looked up."""


def uses() -> list[str]:
    """Return the shop's stacks and stages: one for each thing that it does with the library."""
    modules = sorted((SHOP / "infrastructure").glob("*.py"))
    return [
        node.name
        for module in modules
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]


def templates(synthesized: Path) -> list[Path]:
    return sorted(synthesized.rglob("*.template.json"))


def test_the_library_comes_from_the_wheel(foreign: Foreign) -> None:
    done = foreign.run(foreign.python, "-c", "import wellmade; print(wellmade.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(foreign.python.parents[1])


def test_forty_uses_synthesize(synthesized: Path) -> None:
    names = {file.name.split(".")[0].removeprefix("PreviewShop") for file in templates(synthesized)}
    stacks = [name for name in uses() if name != "Preview"]
    called = ast.parse((SHOP / "app.py").read_text())
    made = {node.attr for node in ast.walk(called) if isinstance(node, ast.Attribute)}
    assert set(stacks) <= made
    assert len(uses()) >= 40
    assert len(names) >= 40


def test_cdk_and_cdk_nag_find_nothing_without_a_reason(synthesized: Path) -> None:
    report = json.loads((synthesized / "validation-report.json").read_text())
    found = [
        (violation["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]
    assert {plugin["pluginName"] for plugin in report["pluginReports"]} >= {"AwsSolutions", "Serverless"}
    assert found == []


def test_wellmade_check_finds_nothing_without_a_reason(synthesized: Path) -> None:
    found = check(load([synthesized]))
    assert [str(each) for each in found] == []


def test_cfn_lint_finds_nothing(synthesized: Path) -> None:
    files = [str(file) for file in templates(synthesized)]
    found = lint_by_config(ManualArgs(templates=files, regions=REGIONS, ignore_checks=IGNORED))
    assert [(match.rule.id, match.message, match.filename) for match in found] == []


@needs_checkov
def test_checkov_finds_nothing_without_a_reason(synthesized: Path) -> None:
    command = [*CHECKOV, "--directory", str(synthesized), "--framework", "cloudformation"]
    done = subprocess.run(
        [*command, "--skip-download", "--output", "json"], capture_output=True, text=True, check=False
    )
    report: dict[str, Any] = json.loads(done.stdout)
    failed = report["results"]["failed_checks"]
    assert [(each["check_id"], each["resource"], each["file_path"]) for each in failed] == []


def pyright(foreign: Foreign, *arguments: str) -> str:
    """Run the type checker that many editors run, with the app's environment."""
    program = shutil.which(
        "basedpyright", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert program, "basedpyright is one of requirements.txt"
    done = foreign.run(program, *arguments)
    return done.stdout + done.stderr


def test_a_strict_type_checker_finds_nothing_in_the_app(foreign: Foreign) -> None:
    said = pyright(foreign)
    assert "0 errors" in said, said


def test_nearly_all_types_are_known_to_type_checkers(foreign: Foreign) -> None:
    said = pyright(foreign, "--verifytypes", "wellmade", "--ignoreexternal")
    [score] = re.findall(r"Type completeness score: ([\d.]+)%", said)
    assert float(score) >= 98, said
