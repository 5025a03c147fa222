"""Notes of changes tell of each snapshot that is another one, and become the list of changes of a release."""

import json
from pathlib import Path

import pytest

from docs.changes import HEAD, Changes, Note

NONE = "The page is clearer.\n\nEffect on templates: none\n"
TELLS = (
    "`Network` has one more.\n\nEffect on templates:\n- `network`: a statement more\n- `queue_worker`: new\n"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was released with two snapshots, since when one is another and one is new."""
    for folder in ("docs/changes", "tests/snapshots"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(f"{HEAD}\n## 0.1.0\n\n- All new.\n")
    (tmp_path / "README.md").write_text("pip install wellmade\n")
    write(tmp_path, "network", "{}")
    write(tmp_path, "topic", "{}")
    Changes(tmp_path).accept()
    write(tmp_path, "network", '{"Statement": 1}')
    write(tmp_path, "queue_worker", "{}")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / "tests" / "snapshots" / f"{name}.json").write_text(text)


def note(root: Path, text: str, name: str = "one.md") -> Path:
    file = root / "docs" / "changes" / name
    file.write_text(text)
    return file


def test_every_changed_snapshot_of_this_repository_has_a_note() -> None:
    assert list(Changes().faults()) == []


def test_names_what_no_note_tells_of(checkout: Path) -> None:
    note(checkout, NONE)
    assert list(Changes(checkout).faults()) == [
        "tests/snapshots/network.json is changed, and no note of docs/changes tells of `network`",
        "tests/snapshots/queue_worker.json is new, and no note of docs/changes tells of `queue_worker`",
    ]


def test_names_what_is_gone(checkout: Path) -> None:
    note(checkout, TELLS)
    (checkout / "tests" / "snapshots" / "topic.json").unlink()
    [fault] = Changes(checkout).faults()
    assert fault == "tests/snapshots/topic.json is gone, and no note of docs/changes tells of `topic`"


def test_names_what_a_note_tells_of_and_is_the_same(checkout: Path) -> None:
    note(checkout, f"{TELLS}- `topic`: another key\n")
    assert list(Changes(checkout).faults()) == [
        "a note of docs/changes tells of `topic`, and its snapshot is as it was released"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It says nothing.\n",
        "It names nothing.\n\nEffect on templates:\n",
        "It says both.\n\nEffect on templates: none\n- `network`: a statement more\n",
    ],
)
def test_refuses_a_note_that_does_not_say_what_becomes_of_templates(checkout: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"^one\.md: must end with a line `Effect on templates: none`"):
        Note.read(note(checkout, text))


def test_a_release_moves_the_notes_and_takes_the_snapshots(checkout: Path) -> None:
    note(checkout, TELLS)
    note(checkout, NONE, "two.md")
    changes = Changes(checkout)
    assert changes.refusal("v0.2.0") == (
        "notes wait in docs/changes; run: python -m docs.changes --release 0.2.0"
    )
    changes.release("0.2.0")
    assert (checkout / "CHANGELOG.md").read_text() == (
        f"{HEAD}\n## 0.2.0\n\n"
        "- `Network` has one more. Effect on templates: `network`: a statement more; `queue_worker`: new.\n"
        "- The page is clearer. No effect on templates.\n"
        "\n## 0.1.0\n\n- All new.\n"
    )
    assert (changes.files(), list(changes.faults()), changes.refusal("v0.2.0")) == ([], [], None)
    assert set(json.loads(changes.released.read_text())) == {"network", "queue_worker", "topic"}


def test_refuses_a_tag_after_another_change_that_nobody_told_of(checkout: Path) -> None:
    note(checkout, TELLS)
    changes = Changes(checkout)
    changes.release("0.2.0")
    write(checkout, "topic", '{"Key": 1}')
    assert changes.refusal("v0.2.0") == (
        "tests/snapshots/topic.json is changed, and no note of docs/changes tells of `topic`"
    )


def test_refuses_a_tag_while_the_readme_says_that_nothing_is_published(checkout: Path) -> None:
    note(checkout, TELLS)
    Changes(checkout).release("0.2.0")
    (checkout / "README.md").write_text("The package is on no index yet.\n")
    assert Changes(checkout).refusal("v0.2.0") == (
        'README.md, which PyPI shows, says "on no index yet"; say how to install the release'
    )


def test_goes_on_with_a_section_that_is_not_released(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(f"{HEAD}\n## 0.2.0, unreleased\n\n- All new.\n")
    note(checkout, NONE)
    Changes(checkout).release("0.2.0")
    entries = "- The page is clearer. No effect on templates.\n- All new.\n"
    assert (checkout / "CHANGELOG.md").read_text() == f"{HEAD}\n## 0.2.0\n\n{entries}"


def test_refuses_the_tag_of_another_version_and_one_without_changes(checkout: Path) -> None:
    assert Changes(checkout).refusal("v0.3.0") == (
        "the tag must be v0.2.0, the version of pyproject.toml, got v0.3.0"
    )
    assert Changes(checkout).refusal("v0.2.0") == "CHANGELOG.md has no section 0.2.0"
