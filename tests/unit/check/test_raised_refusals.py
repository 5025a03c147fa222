"""Every refusal of a construct has a template in which `check` finds the same, or a reason why there is none."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.raised_refusals import entries, places
from tests.unit.check.rule_fixtures import file_of
from wellmade.check.grouping import every
from wellmade.check.lint import MARK, linted
from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.cli import main
from wellmade.graph import load

SEEN = [
    pytest.param(row, id=f"{file}:{option}")
    for (file, option), rows in entries().items()
    for row in rows
    if "rule" in row
]


def test_every_place_that_refuses_has_its_entry() -> None:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for place in places():
        found[place.file, place.option] += 1
    assert found == {key: len(rows) for key, rows in entries().items()}
    assert sum(found.values()) > 250


def test_each_refusal_names_the_rule_that_sees_it() -> None:
    by_option: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for place in places():
        by_option[place.file, place.option].append(place.rule)
    named = {
        key: [(row["rule"], rule) for row, rule in zip(rows, by_option[key], strict=True) if "rule" in row]
        for key, rows in entries().items()
    }
    assert [
        (key, pair) for key, pairs in named.items() for pair in pairs if pair[0] != pair[1] != "rule"
    ] == []


@pytest.mark.parametrize("row", SEEN)
def test_check_sees_it_in_a_template(row: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    if "resources" in row:
        lines = "".join(f"  {line}\n" for line in row["resources"].splitlines())
        file.write_text(f"Resources:\n{lines}")
    else:
        file = file_of(row["rule"], "bad")
    graph = load([file])
    own = None if row["rule"].startswith(MARK) else [all_rules()[row["rule"]]]
    ours = check(graph, own)
    found = {each.rule for each in every(ours)}
    if own is None:
        found |= {each.rule for each in linted(graph, ours)}
    assert row["rule"] in found


def test_each_rule_of_cfn_lint_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    named = (row.get("rule", "") for rows in entries().values() for row in rows)
    rules = {rule for rule in named if rule.startswith(MARK)}
    assert len(rules) > 5
    for rule in sorted(rules):
        assert main(["check", "--explain", rule]) == 0
        assert rule in capsys.readouterr().out
