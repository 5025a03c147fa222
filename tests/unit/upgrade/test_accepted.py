"""A loss that a project accepts is shown with its reason, and does not count."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.errors import WellmadeError
from wellmade.upgrade.accepted import accepted_in

OLD = {"It": {"Type": "AWS::SQS::Queue"}, "Log": {"Type": "AWS::Logs::LogGroup"}}
SHORTER = {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}}
NAMED = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}}
MOVED = '"old/It" = "moved to orders-v2,\\n nothing | reads it"'
SHORTENED = '"old/Log" = "a week is enough"'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    write(tmp_path, OLD, SHORTER)
    return tmp_path


def write(project: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    for name, resources in (("old", old), ("new", new)):
        (project / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))


def accept(project: Path, *entries: str) -> None:
    (project / "wellmade.toml").write_text("\n".join(("[upgrade.accepted]", *entries)))


def upgrade(how: str = "table") -> int:
    return main(["upgrade", "old.template.json", "new.template.json", "--format", how])


def test_all_losses_that_are_accepted_end_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert upgrade() == 1
    capsys.readouterr()
    accept(project, MOVED, SHORTENED)
    assert upgrade() == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "deleted, accepted" in printed
    assert "No data is lost but what is accepted: 2 resources (old/It, old/Log)." in printed


def test_one_that_is_not_accepted_ends_with_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accept(project, SHORTENED)
    assert upgrade("markdown") == 1
    verdict, _, *rows = capsys.readouterr().out.splitlines()
    assert verdict == (
        "**Do not deploy. 1 resource loses data, or may: old/It. Accepted: 1 resource (old/Log).**"
    )
    assert rows[2].startswith("| old/It (AWS::SQS::Queue) | deleted |")
    assert rows[3].endswith("| accepted: a week is enough |")


def test_markdown_keeps_the_reason_in_its_cell(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accept(project, MOVED, SHORTENED, '"old/Gone" = "is over"')
    assert upgrade("markdown") == 0
    printed = capsys.readouterr().out
    assert "| accepted: moved to orders-v2, nothing \\| reads it |\n" in printed
    stale = 'upgrade.accepted "old/Gone" fits no loss here; remove it once this is deployed everywhere'
    assert printed.endswith(f"\n\n- {project / 'wellmade.toml'}: {stale}\n")


def test_json_has_reasons_and_entries_that_fit_no_loss(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(project, SHORTENED, '"old/Gone" = "is over"')
    assert upgrade("json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["loses"], document["accepted"]) == (1, 1)
    assert {each["logical_id"]: each["accepted"] for each in document["changes"]} == {
        "It": "",
        "Log": "a week is enough",
    }
    [stale] = document["unfit"]
    assert (stale["entry"], stale["file"]) == ("old/Gone", str(project / "wellmade.toml"))


def test_an_entry_for_what_loses_nothing_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"It": {**NAMED, "DeletionPolicy": "Retain"}}, {})
    accept(project, '"old/It" = "nothing reads it"')
    assert upgrade() == 0
    printed = capsys.readouterr().out
    assert 'upgrade.accepted "old/It" fits no loss here' in printed
    assert "keeps its data" in printed


def test_a_deployment_that_is_refused_cannot_be_accepted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"It": NAMED}, {"Other": NAMED})
    accept(project, '"old/It" = "nothing reads it"')
    assert upgrade() == 1
    printed = capsys.readouterr().out
    assert 'upgrade.accepted "old/It" is of a deployment that CloudFormation refuses' in printed
    assert "Do not deploy. The name of 1 resource is taken: old/It." in printed


def test_pyproject_accepts_too_from_the_folder_above(project: Path) -> None:
    entry = '[tool.wellmade.upgrade.accepted]\n"shop/Inner/It" = "nothing reads it"\n'
    (project / "pyproject.toml").write_text(entry)
    (project / "wellmade.toml").write_text("[prove]\n")
    (project / "infrastructure").mkdir()
    accepted = accepted_in(project / "infrastructure")
    assert accepted.reasons == {"shop/Inner/It": "nothing reads it"}
    assert accepted.file == project / "pyproject.toml"
    assert accepted.of("shop/Inner").reasons == accepted.reasons
    assert not accepted.of("shop").reasons


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[upgrade.acepted]", "upgrade.acepted must be accepted, got acepted; correct it"),
        ("upgrade = 5", "upgrade must be a table, got 5; correct it"),
        ("[upgrade]\naccepted = ['a/B']", "upgrade.accepted must be a table, got ['a/B']; correct it"),
        ("[upgrade.accepted]\nIt = 'x'", 'upgrade.accepted "It" must be "stack/logical id" in quotes, got'),
        ("[upgrade.accepted]\n'a/*' = 'x'", 'upgrade.accepted "a/*" must be "stack/logical id"'),
        ("[upgrade.accepted]\na.It = 'x'", 'upgrade.accepted "a" must be "stack/logical id" in quotes'),
        ("[upgrade.accepted]\n'a/It' = ' '", "upgrade.accepted \"a/It\" must be a reason, got ' '; say why"),
        ("[upgrade.accepted]\n'a/It' = true", 'upgrade.accepted "a/It" must be a reason, got True; say why'),
        ("[upgrade.accepted]\na/It = 'x'", "must be TOML, got"),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (project / "wellmade.toml").write_text(text)
    with pytest.raises(WellmadeError) as refused:
        accepted_in(project)
    assert str(refused.value).startswith(f"{project / 'wellmade.toml'}: {said}")
    assert upgrade() == 2
    assert said in capsys.readouterr().err


def test_a_pyproject_that_holds_no_table_is_refused(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool]\nwellmade = 5\n")
    with pytest.raises(
        WellmadeError, match=r"pyproject.toml: tool.wellmade must be a table, got 5; correct it"
    ):
        accepted_in(project)
