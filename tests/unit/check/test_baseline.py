"""Adopting the rules on what exists: known findings do not count, new ones do."""

import json
from pathlib import Path

import pytest

from wellmade.check.registry import example
from wellmade.cli import main


@pytest.fixture
def known(tmp_path: Path, bad: Path) -> Path:
    """The baseline of the bad template."""
    file = tmp_path / "known.json"
    assert main(["check", str(bad), "--write-baseline", str(file)]) == 0
    return file


def test_what_is_known_does_not_count(bad: Path, known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {"rule": "queue-visibility", "template": "bad.yaml", "resource": "Orders"} in json.loads(
        known.read_text()
    )["known"]
    assert main(["check", str(bad), "--baseline", str(known)]) == 0
    assert capsys.readouterr().out == "Nothing found.\n"


def test_writing_says_how_many(bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new.json"
    assert main(["check", str(bad), "--write-baseline", str(file)]) == 0
    count = len(json.loads(file.read_text())["known"])
    assert capsys.readouterr().err == f"{file}: {count} findings are known from now on\n"


def test_lines_may_move(bad: Path, known: Path) -> None:
    bad.write_text(f"# a new comment\n{bad.read_text()}")
    assert main(["check", str(bad), "--baseline", str(known)]) == 0


def test_what_is_new_counts_alone(bad: Path, known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad.write_text(example("queue-visibility", "bad").replace("Orders", "Parcels"))
    capsys.readouterr()
    assert main(["check", str(bad), "--baseline", str(known), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert ("queue-visibility", "Parcels") in {(each["rule"], each["resource"]) for each in found}
    assert "Orders" not in {each["resource"] for each in found}


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"known": 1}', '{"known": [1]}', '{"known": [{"rule": 1}]}', "\x00", "[" * 9999],
)
def test_a_baseline_that_is_none(
    bad: Path, known: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    known.write_text(content)
    capsys.readouterr()
    assert main(["check", str(bad), "--baseline", str(known)]) == 2
    assert capsys.readouterr().err == (
        f"wellmade: {known}: is no baseline; write one with --write-baseline {known}\n"
    )


def test_a_baseline_that_is_not_utf_8(bad: Path, known: Path) -> None:
    known.write_bytes(b"\xff\xfe")
    assert main(["check", str(bad), "--baseline", str(known)]) == 2


def test_a_baseline_that_is_missing(bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "missing.json"
    assert main(["check", str(bad), "--baseline", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"wellmade: {file}: No such file or directory; write a baseline with --write-baseline {file}\n"
    )


def test_a_baseline_that_cannot_be_written(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "known.json"
    assert main(["check", str(bad), "--write-baseline", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"wellmade: {file}: No such file or directory; give --write-baseline a file that can be written\n"
    )
