"""No finding of any scanner without a recorded reason, on every stack."""

import json
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from tests.checkov import CHECKOV, needs_checkov
from tests.stacks.conftest import define
from wellmade.check.run import check
from wellmade.graph import load

pytestmark = pytest.mark.scan


def test_cdk_validates_strictly_and_cdk_nag_finds_nothing(tmp_path: Path) -> None:
    from cdk_nag import AwsSolutionsChecks, ServerlessChecks  # starts Node where it is imported

    app = define(tmp_path, validation=True)
    assert app.node.try_get_context("@aws-cdk/core:validateAgainstDefaultRules") is True
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    found = [
        (violation["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]
    assert {plugin["pluginName"] for plugin in report["pluginReports"]} >= {"AwsSolutions", "Serverless"}
    assert found == []


def test_cfn_lint_finds_nothing(assembly: Path) -> None:
    templates = [str(file) for file in assembly.glob("*.template.json")]
    found = lint_by_config(ManualArgs(templates=templates, regions=["eu-west-1"], ignore_checks=["W3005"]))
    assert templates
    assert [(match.rule.id, match.message, match.filename) for match in found] == []


@needs_checkov
def test_checkov_finds_nothing_without_a_reason(assembly: Path) -> None:
    command = [*CHECKOV, "--directory", str(assembly), "--framework", "cloudformation", "--skip-download"]
    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    results = report["results"]
    assert results["passed_checks"]
    assert [(check["check_id"], check["resource"]) for check in results["failed_checks"]] == []
    reasons = [check["check_result"].get("suppress_comment", "") for check in results["skipped_checks"]]
    assert all(len(reason) > 20 for reason in reasons)


def test_wellmade_check_finds_nothing(assembly: Path) -> None:
    assert check(load([assembly])) == []


@pytest.mark.parametrize("environment", ["local", "dev", "staging"])
def test_wellmade_check_finds_nothing_in_other_environments(tmp_path: Path, environment: str) -> None:
    define(tmp_path, validation=False, environment=environment).synth()
    assert check(load([tmp_path])) == []
