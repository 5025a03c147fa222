from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from bench.pictures import measured
from docs.assemblies import assemblies
from docs.pictures import HERE, draw_examples, draw_stacks
from tests.unit.draw.geometry import faults_in
from wellmade.draw.levels import Level

pytestmark = pytest.mark.scan


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    return assemblies(tmp_path_factory.mktemp("stacks"))


def test_pictures_of_stacks_are_up_to_date_and_clear(stacks: Mapping[str, Path], tmp_path: Path) -> None:
    draw_stacks(tmp_path, stacks)
    _require_current_and_clear(tmp_path, HERE / "pictures")


def test_every_stack_is_readable_at_the_other_levels(stacks: Mapping[str, Path]) -> None:
    asked = list(product(stacks.values(), (Level.OVERVIEW, Level.EVERYTHING)))
    with ThreadPoolExecutor(2) as pool:  # each waits for a process that lays it out
        found = pool.map(lambda each: measured(*each), asked)
        assert [fault for faults in found for fault in faults] == []


def test_pictures_of_patterns_are_up_to_date_and_clear(tmp_path: Path) -> None:
    draw_examples(tmp_path)
    _require_current_and_clear(tmp_path, HERE / "pictures" / "patterns")


def _require_current_and_clear(folder: Path, kept: Path) -> None:
    drawn = {file.name: file.read_text() for file in sorted(folder.glob("*.svg"))}
    committed = {file.name: file.read_text() for file in sorted(kept.glob("*.svg"))}
    assert drawn == committed, "draw them anew with: make docs"
    assert {name: faults for name, svg in drawn.items() if (faults := faults_in(svg))} == {}
