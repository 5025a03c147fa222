"""The file pipeline's role, proved with the calls that its handler makes in its own tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.conftest import ROOT
from wellmade.cli import main

TESTS = ROOT / "tests" / "handlers" / "tabular_ingest" / "test_outcomes.py"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the handler called while its tests ran, in a process of their own."""
    file = tmp_path_factory.mktemp("recorded") / "calls.json"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        str(TESTS),
        "--record-calls",
        str(file),
    ]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
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


@pytest.fixture
def proved(
    assembly: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], dict[str, Any]]:
    """Prove a stack with the tests in a folder, which must succeed, and return the report."""

    def run(stack: str, tests: str) -> dict[str, Any]:
        monkeypatch.chdir(ROOT)
        for name in [each for each in os.environ if each.startswith("PYTEST_")]:
            monkeypatch.delenv(name)
        template = assembly / f"{stack}.template.json"
        code = main(["prove", str(template), "--tests", str(ROOT / "tests" / tests), "--format", "json"])
        report: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code == 0
        return report

    return run


def shortcomings(workload: dict[str, Any]) -> list[Any]:
    return [*workload["denied"], *workload["unused"], *workload["stale"]]


def test_both_programs_are_proved_too(proved: Callable[[str, str], dict[str, Any]]) -> None:
    found = proved("web-service", "containers")
    assert [shortcomings(each) for each in found["programs"]] == [[], []]


def test_the_maker_of_thumbnails_is_proved_too(proved: Callable[[str, str], dict[str, Any]]) -> None:
    [function] = proved("thumbnails", "handlers/thumbnailer")["functions"]
    assert shortcomings(function) == []
    assert function["calls"] > 20
