"""The file pipeline's role, proved with the calls that its handler makes in its own tests."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.other_pytest import run_pytest
from tests.stacks.conftest import ROOT, define
from wellmade.cli import main

pytestmark = pytest.mark.scan

ELSEWHERE = "landing-zone"
"""Works in the account of the organization, and what it holds for the others is judged against the calls of all
stacks in `test_control_policies.py`; here it would leave each call to keys that only AWS tells."""
WITHOUT_CALLS = {
    "kubernetes-platform/MigrationsFunction0E989F76",
    "two-regions-database/Handler886CB40B",
    "two-regions-database/MigrationsFunction0E989F76",
    "two-regions-database-secondary/Handler886CB40B",
    "web-service/MigrationsFunction0E989F76",
}
"""Call nothing of AWS: each signs its login to the database by itself, so that no test hears it."""
TESTS = ROOT / "tests" / "handlers" / "tabular_ingest" / "test_outcomes.py"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the handler called while its tests ran, in a process of their own."""
    file = tmp_path_factory.mktemp("recorded") / "calls.json"
    done = run_pytest(ROOT, str(TESTS), "--record-calls", str(file))
    assert done.returncode == 0, done.stdout
    return file


@pytest.fixture
def prove(
    assembly: Path, calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Prove the stack after a change of the role's statements; return the exit code and the report."""

    def run(change: Callable[[list[dict[str, Any]]], None]) -> tuple[int, dict[str, Any]]:
        template = json.loads((assembly / "file-pipeline.template.json").read_text())
        [role] = [r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
        change(role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"])
        file = tmp_path / "file-pipeline.template.json"
        file.write_text(json.dumps(template))
        code = main(["prove", str(file), "--calls", str(calls), "--format", "json"])
        [report] = json.loads(capsys.readouterr().out)["functions"]
        return code, report

    return run


def test_every_call_is_allowed_and_every_grant_is_used(prove: Callable[..., Any]) -> None:
    code, report = prove(lambda _: None)
    assert (code, report["denied"], report["unused"], report["stale"]) == (0, [], [], [])
    assert report["calls"] > 100


def test_a_removed_action_is_named(prove: Callable[..., Any]) -> None:
    def remove(statements: list[dict[str, Any]]) -> None:
        statements[:] = [s for s in statements if s["Action"] != "dynamodb:BatchWriteItem"]

    code, report = prove(remove)
    assert code == 1
    assert {each["action"] for each in report["denied"]} == {"dynamodb:BatchWriteItem"}


def test_an_added_action_is_named(prove: Callable[..., Any]) -> None:
    def add(statements: list[dict[str, Any]]) -> None:
        [read] = [s for s in statements if s["Action"] == "s3:GetObjectVersion"]
        read["Action"] = ["s3:GetObjectVersion", "s3:DeleteObject"]

    code, report = prove(add)
    assert code == 1
    assert {each["action"] for each in report["unused"]} == {"s3:DeleteObject"}
    assert report["denied"] == []


def test_every_function_program_and_state_machine_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assembly = tmp_path / "cdk.out"
    define(assembly, validation=False, without={ELSEWHERE}).synth()
    monkeypatch.chdir(ROOT)
    for name in [each for each in os.environ if each.startswith("PYTEST_")]:
        monkeypatch.delenv(name)
    tests = [str(ROOT / "tests" / folder) for folder in ("handlers", "containers")]
    main(["prove", str(assembly), "--tests", *tests, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    proved = [each for kind in ("functions", "programs", "machines") for each in found[kind]]
    others = [each for each in proved if not each["proven"]]
    assert {each["function"]: each["verdict"] for each in others} == dict.fromkeys(WITHOUT_CALLS, "likely")
    assert len(proved) == sum(
        len(
            re.findall(
                r'"Type": "AWS::(?:Lambda::Function|ECS::TaskDefinition|StepFunctions::StateMachine)"',
                file.read_text(),
            )
        )
        for file in assembly.glob("*.template.json")
    )
