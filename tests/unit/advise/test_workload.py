"""Answers: what is left out is assumed and told; what contradicts is refused with file and line."""

from pathlib import Path

import pytest

from wellmade.advise import read_workloads
from wellmade.advise.asking import as_yaml, skeleton
from wellmade.advise.fields import FIELDS
from wellmade.errors import WellmadeError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "workload.yaml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rate: 5\npeak: 3\n", r"workload.yaml:2: peak must be at least the rate of 5 a second, got 3"),
        ("duration: 0\n", r"workload.yaml:1: duration must be a number from 0.001 to 1e\+06, got '0'"),
        ("rate: .nan\n", r":1: rate must be a number from 1e-07 to 1e\+06, got '.nan'"),
        ("rate: nan\n", r":1: rate must be a number from 1e-07 to 1e\+06, got 'nan'"),
        ("rate: .inf\n", r":1: rate must be a number"),
        ("rate: [1]\n", r":1: rate must be a text, got a list"),
        ("\nrates: 1\n", r":2: rates is no key here; .*did you mean rate"),
        ("rate: 1\nrate: 2\n", r":2: rate is given twice"),
        ("starts_with: request\n", r":1: starts_with must be requests, .*did you mean requests"),
        ("gpu: 3\n", r":1: gpu must be yes or no, got '3'"),
        ("consumers: 1.5\n", r":1: consumers must be a whole number from 1 to 1000, got '1.5'"),
        ("duration: 5\nlatency: 1\n", r":2: latency must be at least the duration of 5 s, got 1"),
        ("starts_with: files\nlatency: 1\n", r":2: latency must be none where files start the work"),
        ("starts_with: messages\nwebsocket: yes\n", r":2: websocket must be no where messages start"),
        ("connected: 5\n", r":1: connected must be left out without websocket"),
        ("starts_with: schedule\nordering: by_key\n", r":2: ordering must be none for a schedule"),
        ("starts_with: schedule\nconsumers: 2\n", r":2: consumers must be 1 for a schedule"),
        ("stored: 5\n", r":1: stored must be left out where data is none"),
        ("data: relational\nrelational: no\n", r":2: relational must be yes where data is relational"),
        ("parts:\n  a: {rate: 1}\nrate: 1\n", r":3: rate must stand in one of the parts"),
        ("parts:\n", r":1: parts must hold one part at least"),
        ("parts:\n  a: {rate: 1}\n  b: {rat: 1}\n", r":3: parts.b.rat is no key here"),
        ("- a\n", r":1: the file must be a mapping"),
        ("", r"workload.yaml: must hold answers about a workload, got nothing"),
    ],
)
def test_contradictions_are_refused_with_file_and_line(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(WellmadeError, match=message):
        read_workloads(file)


def test_what_is_left_out_is_assumed_and_told(file: Path) -> None:
    file.write_text("rate: 3\ndata: relational\nmemory: 512\n")
    (workload,) = read_workloads(file)
    assert "peak: 6 a second (twice the rate)" in workload.assumed
    assert "relational: yes" in workload.assumed
    assert "processor_share: 0.289429 (what a function of this memory has of one)" in workload.assumed
    told = {line.partition(":")[0] for line in workload.assumed}
    assert told == {field.name for field in FIELDS} - {"rate", "data", "memory", "connected"}


def test_a_file_may_hold_several(file: Path) -> None:
    file.write_text("parts:\n  api: {rate: 1}\n  job: {starts_with: schedule}\n")
    assert [workload.name for workload in read_workloads(file)] == ["api", "job"]


def test_the_skeleton_says_what_would_be_assumed(file: Path) -> None:
    file.write_text("rate: 1\n")
    (bare,) = read_workloads(file)
    file.write_text(skeleton())
    (filled,) = read_workloads(file)
    assert filled.answers == bare.answers
    assert all(field.question in skeleton() for field in FIELDS)


def test_answers_are_written_as_they_are_read(file: Path) -> None:
    file.write_text("rate: 0.0000116\nlatency: none\ngpu: yes\nstarts_with: messages\n")
    (workload,) = read_workloads(file)
    file.write_text(
        as_yaml({**workload.answers, "websocket": False})
        .replace("connected: 1000\nrelational", "relational")
        .replace("stored: 10\n", "")
    )
    assert read_workloads(file)[0].answers == workload.answers
