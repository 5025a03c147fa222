from pathlib import Path

import pytest

from docs.pictures import HERE, draw_examples, draw_stacks
from tests.unit.draw.geometry import faults_in


@pytest.mark.scan
def test_pictures_of_stacks_are_up_to_date_and_clear(tmp_path: Path) -> None:
    draw_stacks(tmp_path)
    _require_current_and_clear(tmp_path, HERE / "pictures")


@pytest.mark.scan
def test_pictures_of_patterns_are_up_to_date_and_clear(tmp_path: Path) -> None:
    draw_examples(tmp_path)
    _require_current_and_clear(tmp_path, HERE / "pictures" / "patterns")


def _require_current_and_clear(folder: Path, kept: Path) -> None:
    drawn = {file.name: file.read_text() for file in sorted(folder.glob("*.svg"))}
    committed = {file.name: file.read_text() for file in sorted(kept.glob("*.svg"))}
    assert drawn == committed, "draw them anew with: make docs"
    assert {name: faults for name, svg in drawn.items() if (faults := faults_in(svg))} == {}
