"""`python app.py`, as people with a CDK of their own run it."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest

import app
from stacks.settings import Settings
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


@pytest.mark.parametrize("name", ["cost-guard", "queue-workers", "serverless-api"])
def test_stacks_take_what_the_cdk_s_own_take(name: str) -> None:
    """Who wrote an app of one by `wellmade new` pins its account and region there, for lookups."""
    pinned = cdk.Environment(account="111122223333", region="eu-west-1")
    root = cdk.App(context=CONTEXT)
    settings = Settings.from_context(root.node)
    stack = app.STACKS[name](root, "Ours", settings=settings, env=pinned, termination_protection=True)
    assert (stack.region, stack.termination_protection) == ("eu-west-1", True)


@pytest.mark.parametrize(
    ("name", "region"), [("two-regions-secondary", "us-west-2"), ("two-regions-database", "us-east-1")]
)
def test_a_side_of_two_regions_takes_an_account_and_keeps_its_region(name: str, region: str) -> None:
    root = cdk.App(context=CONTEXT)
    settings = Settings.from_context(root.node)
    pinned = cdk.Environment(account="111122223333")
    stack = app.STACKS[name](root, "Ours", settings=settings, env=pinned, termination_protection=True)
    assert (stack.account, stack.region, stack.termination_protection) == ("111122223333", region, True)
    with pytest.raises(ValueError, match=f"^env: region of the .* side must be {region}, got eu-west-1; "):
        app.STACKS[name](root, "Other", settings=settings, env=cdk.Environment(region="eu-west-1"))


def test_every_stack_takes_an_environment() -> None:
    """As the README of each app says that `wellmade new` writes."""
    taken = {name: inspect.signature(each).parameters.values() for name, each in app.STACKS.items()}
    lacking = [
        name for name, given in taken.items() if not any(each.kind is each.VAR_KEYWORD for each in given)
    ]
    assert lacking == []


def test_what_the_validation_finds_ends_without_a_traceback(tmp_path: Path) -> None:
    """Who edits an app sees the report, and nothing below it that hides it."""
    edited = tmp_path / "edited.py"
    edited.write_text(
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
        "import app, aws_cdk as cdk\n"
        "class Broken(cdk.Stack):\n"
        "    def __init__(self, scope, name, *, settings):\n"
        "        super().__init__(scope, name)\n"
        "        cdk.aws_s3.CfnBucket(self, 'Open', access_control='PublicRead')\n"
        "app.STACKS['broken'] = Broken\n"
        "sys.exit(app.main())\n"
    )
    done = subprocess.run(
        [sys.executable, str(edited), "broken"],
        cwd=ROOT,
        env={**os.environ, "CDK_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "public-bucket" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
