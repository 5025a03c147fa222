"""Recordings that somebody edited, or that no recorder wrote: told as such, with the name of the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.support import call, record
from wellmade.errors import WellmadeError
from wellmade.prove.recordings import packed, read

CHANGED: list[tuple[str, dict[str, Any]]] = [
    ("a service that is a number", {"service": 5}),
    ("an operation that is none", {"operation": None}),
    ("half of a character", {"operation": "Get\ud800"}),
    ("a region that is a list", {"region": [], "default_region": False}),
    ("parameters that are a list", {"parameters": []}),
    ("a line that is text", {"frames": [["mine/handler.py", "handler", "1"]]}),
    ("a function that is a number", {"frames": [["mine/handler.py", 3, 1]]}),
    ("a frame without a function", {"frames": [["mine/handler.py"]]}),
    ("a place of no stack", {"frames": 3}),
    ("a place before the first stack", {"frames": -1}),
]


def refusal(file: Path) -> str:
    with pytest.raises(WellmadeError) as failure:
        read(file)
    return str(failure.value)


@pytest.mark.parametrize("change", [each for _, each in CHANGED], ids=[name for name, _ in CHANGED])
def test_a_call_that_is_none_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    file = record(tmp_path, call("s3", "GetObject", Bucket="b", Key="k") | change)
    assert refusal(file) == f"{file}: is no recording; write it with pytest --record-calls {file}"


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a":' * 100_000, "[NaN]", '"calls"'], ids=["lists", "objects", "NaN", "text"]
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "calls.json"
    file.write_text(content)
    assert refusal(file) == f"{file}: is no recording; write it with pytest --record-calls {file}"


def test_calls_that_are_no_list_are_refused(tmp_path: Path) -> None:
    file = record(tmp_path)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"calls": {}}))
    assert "is no recording" in refusal(file)


def test_what_is_written_once_reads_as_before(tmp_path: Path) -> None:
    made = call("s3", "GetObject", Bucket="b", Key="k"), call("s3", "PutObject", Bucket="b", Key="k")
    file = record(tmp_path, *made)
    before = read(file)
    written = packed(json.loads(file.read_text()))
    file.write_text(json.dumps(written))
    assert (len(written["stacks"]), read(file)) == (1, before)


@pytest.mark.parametrize("read_by", [5, {"TABLE": 5}, {"TABLE": [{}]}], ids=["number", "no list", "no text"])
def test_variables_that_hold_no_text_are_refused(tmp_path: Path, read_by: Any) -> None:
    file = record(tmp_path, call("s3", "GetObject", Bucket="b", Key="k"))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"variables": {"mine/handler.py": read_by}}))
    assert refusal(file) == f"{file}: is no recording; write it with pytest --record-calls {file}"


def test_a_character_of_two_halves_is_read(tmp_path: Path) -> None:
    file = record(tmp_path, call("s3", "GetObject", Bucket="b", Key="\U0001f600"))
    assert read(file).calls[0].call.parameters["Key"] == "\U0001f600"
