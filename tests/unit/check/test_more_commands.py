"""`--lint`, `--diff` and `--graph`."""

import json
from pathlib import Path

import pytest

from tests.unit.check.conftest import CLEAN
from wellmade.check.formats import FORMATS
from wellmade.check.lint import linted
from wellmade.check.registry import example
from wellmade.check.run import check
from wellmade.cli import main
from wellmade.graph import load

QUEUE = """Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      Speed: 1
"""
TWICE = """Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 1
      DelaySeconds: 2
"""


def _found(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[tuple[str, str]]:
    main(["check", *map(str, arguments), "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    return [(each["rule"], each["resource"]) for each in found]


def test_cfn_lints_errors_are_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(QUEUE)
    assert ("cfn-lint:E3002", "Orders") not in _found(capsys, file)
    assert ("cfn-lint:E3002", "Orders") in _found(capsys, file, "--lint")
    assert main(["check", str(file), "--lint"]) == 1
    said = capsys.readouterr().out
    assert "error cfn-lint:E3002" in said
    assert f"{file}:5  Orders  Properties.Speed" in said


@pytest.mark.parametrize(
    ("template", "ours", "theirs"),
    [
        (example("fargate-size", "bad"), "fargate-size", "cfn-lint:E3047"),
        (example("cidr-overlap", "bad"), "cidr-overlap", "cfn-lint:E3060"),
        (example("queue-visibility", "bad"), "queue-visibility", "cfn-lint:E3505"),
        (example("condition-definition", "bad"), "condition-definition", "cfn-lint:E8002"),
        (TWICE, "duplicate-key", "cfn-lint:E0000"),
    ],
    ids=lambda value: value if value.count("\n") == 0 else "",
)
def test_a_fault_is_told_once(tmp_path: Path, template: str, ours: str, theirs: str) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(template)
    graph = load([file])
    found = check(graph)
    assert ours in {each.rule for each in found}
    assert theirs not in {each.rule for each in linted(graph, found)}


def test_what_cannot_be_read_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.yaml").write_text(CLEAN)
    (tmp_path / "broken.yaml").write_text("Resources: {A: {Type: AWS::SQS::Queue, Type\n")
    assert _found(capsys, tmp_path / "good.yaml", tmp_path / "broken.yaml", "--lint") == []


def test_sarif_describes_the_rules_of_cfn_lint(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(QUEUE)
    graph = load([file])
    document = json.loads(FORMATS["sarif"](linted(graph, check(graph))))
    named = {rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in document["runs"][0]["results"]} <= named


def test_a_change_is_told_what_it_brought(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(example("queue-visibility", "good"))
    new.write_text("# a comment moves the lines\n" + example("queue-visibility", "bad"))
    assert _found(capsys, "--diff", old, new) == [("queue-visibility", "Orders")]
    assert _found(capsys, "--diff", new, new) == []
    assert main(["check", "--diff", str(new), str(old)]) == 0


def test_a_second_fault_of_a_kind_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    statement = "{Effect: Allow, Action: 's3:*', Resource: '*'}"
    role = "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {Policies: [%s]}}"
    policy = "{PolicyName: p, PolicyDocument: {Statement: [%s]}}"
    old.write_text(role % (policy % statement))
    new.write_text(role % f"{policy % statement}, {policy % statement}")
    assert ("wildcard-action", "R") in _found(capsys, "--diff", old, new)


def test_folders_are_compared_by_the_names_of_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(example("queue-visibility", "bad"))
    (tmp_path / "new" / "b.yaml").write_text(example("queue-visibility", "bad"))
    found = _found(capsys, "--diff", tmp_path / "old", tmp_path / "new")
    assert ("queue-visibility", "Orders") in found
    assert len(found) == len(_found(capsys, tmp_path / "new" / "b.yaml"))


def test_a_difference_takes_no_further_path(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--diff", str(bad), str(bad)]) == 2
    assert "--diff takes the old and the new templates" in capsys.readouterr().err


def test_the_graph_as_text(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--graph"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"bad/Orders  AWS::SQS::Queue  {bad}:2" in lines
    assert "  is polled for bad/Worker  (by Source)" in lines


def test_the_graph_as_json(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--graph", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {each["id"] for each in document["resources"]} >= {"bad/Orders", "bad/Worker", "bad/Source"}
    edge = {"kind": "is polled for", "source": "bad/Orders", "target": "bad/Worker", "by": "bad/Source"}
    assert edge in document["edges"]


def test_the_graph_has_no_other_format(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--graph", "--format", "sarif"]) == 2
    assert "--format of --graph must be table or json, got sarif" in capsys.readouterr().err
