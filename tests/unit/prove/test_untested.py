"""Calls in code that no test has reached: shown apart, and never a reason to be proven."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, role
from tests.unit.prove.support import allow, call, record
from wellmade.cli import main

CODE = """import boto3, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    table.put_item(Item={})
    if event:
        table.delete_item(Key={})
"""
WRITE = {
    **call("dynamodb", "PutItem", TableName="rows", Item={}),
    "frames": [["mine/handler.py", "handler", 4]],
}

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Prove a role with these actions, of which tests reach one call of two, and return what is printed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(CODE)

    def prove(*actions: str, form: str = "json", code: int = 1) -> str:
        resources = {
            "Table": {"Type": "AWS::DynamoDB::Table"},
            "Worker": function({"TABLE": {"Ref": "Table"}}),
            "Role": role(LOG, allow(list(actions), get("Table"))),
        }
        (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
        recording = record(tmp_path, WRITE, variables={"TABLE": "rows"})
        assert main(["prove", "template.json", "--calls", str(recording), "--format", form]) == code
        return capsys.readouterr().out

    return prove


def report(printed: str) -> Any:
    [found] = json.loads(printed)["functions"]
    return found


def test_a_call_that_would_be_denied_is_no_pass(run: Run) -> None:
    found = report(run("dynamodb:PutItem"))
    assert found["verdict"] == "not judged"
    assert found["not_reached"] == [
        {"call": "dynamodb:DeleteItem", "file": "mine/handler.py", "line": 6, "outcome": "denied"}
    ]
    assert found["reason"] == (
        "dynamodb:DeleteItem: no test has reached mine/handler.py:6, which calls it; it would be denied"
    )


def test_a_grant_that_only_such_a_call_uses_is_not_told_as_unused(run: Run) -> None:
    found = report(run("dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Scan"))
    assert [each["action"] for each in found["unused"]] == ["dynamodb:Scan"]
    assert "only mine/handler.py:6 uses it, which no test has reached" in found["reason"]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_people_see_them_in_a_section_of_their_own(run: Run, form: str) -> None:
    _, _, section = run("dynamodb:PutItem", form=form).partition("Calls in code that no test has reached")
    assert "dynamodb:DeleteItem at mine/handler.py:6 (would be denied)" in section


def test_code_scanning_sees_them_at_their_lines(run: Run) -> None:
    [log] = json.loads(run("dynamodb:PutItem", form="sarif"))["runs"]
    [result] = [each for each in log["results"] if each["ruleId"] == "not-reached"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("mine/handler.py", 6)
    assert "not-reached" in {rule["id"] for rule in log["tool"]["driver"]["rules"]}
