"""Faults of public reports are found where they are and not where they are not; the page lists them all."""

from pathlib import Path

import pytest

from tests.unit.check.reported import Pair, sides
from tests.unit.check.reported_pairs import PAIRS
from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.graph import load

PAGE = Path(__file__).parents[3] / "docs" / "check-in-the-wild.md"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.report)
def test_the_fault_is_found_and_only_there(tmp_path: Path, pair: Pair) -> None:
    files = [tmp_path / "right.yaml", tmp_path / "wrong.yaml"]
    for file, text in zip(files, sides(pair.template), strict=True):
        file.write_text(text)
    right, wrong = (check(load([file]), [all_rules()[pair.rule]]) for file in files)
    assert wrong
    assert right == []


def test_the_page_lists_every_report() -> None:
    page = PAGE.read_text()
    assert len({pair.report for pair in PAIRS}) >= 40
    assert [pair.report for pair in PAIRS if f"| {pair.report} | `{pair.rule}` |" not in page] == []
