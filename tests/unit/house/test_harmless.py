"""No text of a template reaches a terminal as a command to it."""

import json
import re
from pathlib import Path

import pytest

from wellmade.cli import main

SOURCES = Path(__file__).parents[3] / "constructs" / "wellmade"
TOOLS = ("advise", "capacity", "check", "contracts", "cost", "draw", "ingress", "prove", "redrive", "upgrade")
NAME = "Jobs\x1b]0;owned\x07\x1b[2J\u202e"
COMMANDS: dict[str, list[str]] = {
    "check": ["check", "t.json"],
    "check, its graph": ["check", "t.json", "--graph"],
    "cost": ["cost", "t.json"],
    "cost, Markdown": ["cost", "t.json", "--format", "markdown"],
    "cost, against another": ["cost", "--diff", "t.json", "u.json", "--format", "markdown"],
    "draw": ["draw", "t.json", "--level", "overview", "--out", "a.mmd"],
    "capacity": ["capacity", "t.json"],
    "prove": ["prove", "t.json"],
    "prove, Markdown": ["prove", "t.json", "--format", "markdown"],
    "upgrade": ["upgrade", "t.json", "u.json"],
    "a file that is not there": ["check", "not\x1b[2Jthere.json"],
}


def template(name: str) -> str:
    function = {"Handler": "a.b", "Runtime": "python3.13", "Role": "arn:aws:iam::123456789012:role/r",
                "Environment": {"Variables": {name: "x"}}, "Description": name}  # fmt: skip
    resources = {
        name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
        f"F{name}": {"Type": "AWS::Lambda::Function", "Properties": function},
        f"T{name}": {"Type": "AWS::Sample::Unknown\x1b[2J", "Properties": {}},
    }
    return json.dumps({"Resources": resources})


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_control_character_of_a_name_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "t.json").write_text(template(NAME))
    (tmp_path / "u.json").write_text(template(f"New{NAME}"))
    monkeypatch.chdir(tmp_path)
    try:
        main(command)
    except SystemExit as ended:
        pytest.fail(f"the command line is not as the tool takes it: {ended}")
    said = "".join(capsys.readouterr())
    assert said
    assert re.findall(r"[^\n\t\x20-\x7e\xa0-\u200d\u2010-\u2029\u2030-\uffff]", said) == []


def test_the_tools_write_by_one_door() -> None:
    files = [file for tool in TOOLS for file in (SOURCES / tool).rglob("*.py")]
    direct = [
        file.name for file in files if re.search(r"std(out|err)\.write\(|(?<![.\w])print\(", file.read_text())
    ]
    assert direct == []
