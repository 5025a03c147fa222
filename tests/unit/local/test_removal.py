"""What functions were unpacked to is removed, and nothing that links lead to."""

from pathlib import Path

from wellmade.local.extension.cells.removal import remove_tree


def test_all_of_it_is_removed_and_nothing_that_it_links_to(tmp_path: Path) -> None:
    kept = tmp_path / "of-the-user" / "file"
    kept.parent.mkdir()
    kept.write_text("kept")
    scratch = tmp_path / "scratch"
    for number in range(100):
        folder = scratch / f"function-{number}" / "layers" / "package"
        folder.mkdir(parents=True)
        (folder / "module.py").touch()
        (folder / "link").symlink_to(kept.parent)
    (scratch / "own").touch()
    (scratch / "outside").symlink_to(kept.parent)

    remove_tree(scratch)

    assert not scratch.exists()
    assert kept.read_text() == "kept"


def test_what_is_not_there_needs_no_removal(tmp_path: Path) -> None:
    remove_tree(tmp_path / "never-made")
