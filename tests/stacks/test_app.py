"""`python app.py`, as people with a CDK of their own run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stacks.conftest import ROOT


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


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (
            {"environment": "production"},
            "cdk.json: environment must be one of local, dev, staging, prod, got 'production'; "
            "pass -c environment=dev",
        ),
        ({"team": " "}, "cdk.json: team must be a word for the team tag, got ' '; pass -c team=…"),
    ],
)
def test_refuses_in_one_line(tmp_path: Path, context: dict[str, str], message: str) -> None:
    done = run(tmp_path, context)
    assert done.returncode == 1
    assert done.stderr.strip() == message


def test_refuses_a_stack_that_there_is_not(tmp_path: Path) -> None:
    done = run(tmp_path, None, "file-pipelines")
    assert done.returncode == 1
    assert done.stderr.startswith("app.py: stack must be one of file-pipeline, ")
    assert done.stderr.endswith("got 'file-pipelines'; name none for all\n")
