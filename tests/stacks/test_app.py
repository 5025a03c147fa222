"""`python app.py`, as people with a CDK of their own run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import app
from tests.stacks.conftest import CONTEXT, ROOT


def run(outdir: Path, context: dict[str, str] | None = None, *names: str) -> subprocess.CompletedProcess[str]:
    variables = {"CDK_OUTDIR": str(outdir), "CDK_VALIDATION": "false"}
    if context:
        variables["CDK_CONTEXT_JSON"] = json.dumps(context)
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *names],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_writes_where_it_is_told_with_the_context_given(tmp_path: Path) -> None:
    done = run(tmp_path, {"environment": "staging", "team": "harbour"}, "file-pipeline")
    assert done.returncode == 0, done.stderr
    template = json.loads((tmp_path / "file-pipeline.template.json").read_text())
    assert [file.name for file in tmp_path.glob("*.template.json")] == ["file-pipeline.template.json"]
    [role] = [r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    tags = {tag["Key"]: tag["Value"] for tag in role["Properties"]["Tags"]}
    assert (tags["environment"], tags["team"]) == ("staging", "harbour")


def test_refuses_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, {"environment": "production"})
    assert done.returncode == 1
    assert done.stderr == (
        "cdk.json: environment must be one of local, dev, staging, prod, got 'production'; "
        "pass -c environment=dev\n"
    )


def test_refuses_a_team_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cdk.json").write_text(json.dumps({"context": {**CONTEXT, "team": " "}}))
    monkeypatch.setattr(app, "HERE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["app.py"])
    assert app.main() == 1
    said = capsys.readouterr().err
    assert said == "cdk.json: team must be a word for the team tag, got ' '; pass -c team=…\n"


def test_refuses_a_stack_that_there_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "file-pipelines"])
    assert app.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("app.py: stack must be one of file-pipeline, ")
    assert said.endswith("got 'file-pipelines'; name none for all\n")
