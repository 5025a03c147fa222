"""Which files of a folder travel, and how."""

import zipfile
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import built, names, write


def test_bin_tests_and_executable_bits_travel(own: Path) -> None:
    write(own, {"bin/convert": "#!/bin/sh\n", "tests/data.json": "{}"})
    (own / "bin" / "convert").chmod(0o755)
    with zipfile.ZipFile(built(own).archive) as bundle:
        modes = {entry.filename: entry.external_attr >> 16 for entry in bundle.infolist()}
    assert modes == {"bin/convert": 0o755, "handler.py": 0o644, "tests/data.json": 0o644}


def test_an_executable_bit_makes_another_archive(own: Path) -> None:
    write(own, {"bin/convert": "#!/bin/sh\n"})
    first = built(own)
    (own / "bin" / "convert").chmod(0o755)
    assert built(own).archive != first.archive


def test_what_no_function_needs_stays(own: Path) -> None:
    left = (
        "__pycache__/a.pyc",
        ".venv/lib/x.py",
        ".git/HEAD",
        "old.pyc",
        ".pytest_cache/a",
        "node_modules/a.js",
    )
    write(own, dict.fromkeys([*left, ".env", "sub/__pycache__/b.py", "sub/.env"], ""))
    assert names(built(own).archive) == {"handler.py"}


@pytest.mark.parametrize(
    ("ignore", "kept"),
    [
        ([], {"docs/a.md", "docs/deep/b.md", "notes.md", "tests/test_a.py", "data/x.csv"}),
        (["*.md"], {"tests/test_a.py", "data/x.csv"}),
        (["/*.md"], {"docs/a.md", "docs/deep/b.md", "tests/test_a.py", "data/x.csv"}),
        (["docs/*.md"], {"docs/deep/b.md", "notes.md", "tests/test_a.py", "data/x.csv"}),
        (["docs/**/*.md"], {"notes.md", "tests/test_a.py", "data/x.csv"}),
        (["docs/", "tests"], {"notes.md", "data/x.csv"}),
        (["*.md", "!notes.md"], {"notes.md", "tests/test_a.py", "data/x.csv"}),
        (["test_?.py", "[!n]*.md"], {"notes.md", "data/x.csv"}),
        (["**/deep"], {"docs/a.md", "notes.md", "tests/test_a.py", "data/x.csv"}),
        (["notes.md/"], {"docs/a.md", "docs/deep/b.md", "notes.md", "tests/test_a.py", "data/x.csv"}),
    ],
)
def test_patterns_are_those_of_gitignore(own: Path, ignore: list[str], kept: set[str]) -> None:
    write(
        own, dict.fromkeys(["docs/a.md", "docs/deep/b.md", "notes.md", "tests/test_a.py", "data/x.csv"], "")
    )
    assert names(built(own, ignore=ignore).archive) == {"handler.py", *kept}


def test_a_default_can_be_taken_along(own: Path) -> None:
    write(own, {".env": "A=1"})
    assert ".env" in names(built(own, ignore=["!.env"]).archive)


def test_links_within_the_folder_are_followed(own: Path) -> None:
    write(own, {"data/x.csv": "1"})
    (own / "latest.csv").symlink_to("data/x.csv")
    (own / "current").symlink_to("data")
    assert names(built(own).archive) == {"handler.py", "data/x.csv", "latest.csv", "current/x.csv"}


def refusal(code: Path) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code)
    return str(refused.value)


@pytest.mark.parametrize("goal", ["secret.txt", "folder"])
def test_links_out_of_the_folder_are_refused(own: Path, goal: str) -> None:
    write(own.parent, {"secret.txt": "", "folder/x": ""})
    (own / "link").symlink_to(own.parent / goal)
    assert refusal(own) == (
        f"{own / 'link'}: symbolic link must be a file or folder within the code, got {own.parent / goal}; "
        "copy what it leads to into the folder, or name the link in ignore"
    )
    assert names(built(own, ignore=["link"]).archive) == {"handler.py"}


@pytest.mark.parametrize("goal", ["gone", "."])
def test_links_to_nothing_and_to_themselves_are_refused(own: Path, goal: str) -> None:
    (own / "link").symlink_to(own / goal)
    assert refusal(own) == (
        f"{own / 'link'}: symbolic link must be a file or folder within the code, got {own / goal}; "
        "remove the link, or name it in ignore"
    )
