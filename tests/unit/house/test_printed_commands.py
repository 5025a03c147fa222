"""Commands that are printed with a path can be copied into a shell, whatever the path."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.site import build as site
from wellmade.advise.workload import read_workloads
from wellmade.check import baseline
from wellmade.cli import main
from wellmade.errors import WellmadeError
from wellmade.prove import recordings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As people have it."""
    folder = tmp_path / "Meine Entwürfe & Co"
    folder.mkdir()
    return folder


def refusal(read: Callable[[Path], object], file: Path) -> str:
    with pytest.raises(WellmadeError) as refused:
        read(file)
    return str(refused.value)


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (read_workloads, None),
        (baseline.read, None),
        (baseline.read, "[]"),
        (recordings.read, None),
        (recordings.read, "[]"),
    ],
)
def test_a_fix_names_its_file(folder: Path, read: Callable[[Path], object], content: str | None) -> None:
    file = folder / "file.json"
    if content is not None:
        file.write_text(content)

    fix = refusal(read, file).partition("; ")[2]

    assert str(file) in shlex.split(fix)


def test_what_is_next_names_its_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = folder / "shop"
    main(["new", "file-pipeline", str(target)])
    main(["advise", str(folder / "work load.yaml"), "--init"])

    made, written = capsys.readouterr().out.splitlines()[-2:]
    assert shlex.split(made.rpartition("next: ")[2]) == ["cd", str(target), "&&", "make", "test"]
    assert shlex.split(written.rpartition("run: ")[2]) == [
        "wellmade",
        "advise",
        str(folder / "work load.yaml"),
    ]


def test_a_site_is_looked_at_where_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(site, "build", Path.mkdir)
    monkeypatch.setattr(sys, "argv", ["build", str(folder / "site")])

    assert site.main() == 0

    words = shlex.split(capsys.readouterr().out.rpartition("with: ")[2])
    assert words[words.index("--directory") + 1] == str(folder / "site")
