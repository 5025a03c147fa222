"""What every rule must be: explained, found in its bad template, not in its good one, silent on ours."""

from pathlib import Path

import pytest

from wellmade.check import rules
from wellmade.check.grouping import every
from wellmade.check.registry import all_rules, example
from wellmade.check.run import check
from wellmade.graph import load

FOLDER = Path(rules.__path__[0])


@pytest.mark.parametrize("rule_id", all_rules())
def test_finds_the_fault_in_its_bad_template(rule_id: str) -> None:
    graph = load([FOLDER / f"{rule_id.replace('-', '_')}.bad.yaml"])
    found = [finding for finding in every(check(graph)) if finding.rule == rule_id]
    assert found
    for finding in found:
        assert finding.resource in {resource.logical_id for resource in graph.resources.values()}
        assert finding.line > 0


@pytest.mark.parametrize("rule_id", all_rules())
def test_finds_nothing_in_its_good_template(rule_id: str) -> None:
    graph = load([FOLDER / f"{rule_id.replace('-', '_')}.good.yaml"])
    assert [finding for finding in every(check(graph)) if finding.rule == rule_id] == []


@pytest.mark.parametrize("rule_id", all_rules())
def test_explains_itself(rule_id: str) -> None:
    rule = all_rules()[rule_id]
    assert (FOLDER / f"{rule_id.replace('-', '_')}.py").exists()
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert len(rule.explanation) > 60
    assert rule.fix[0].islower()
    assert rule.source.startswith("https://docs.aws.amazon.com/")
    assert example(rule_id, "good") != example(rule_id, "bad")


def test_unknown_values_are_never_judged(tmp_path: Path) -> None:
    """The bad template with every literal behind an import that nobody exports: nothing can be told."""
    for rule_id in all_rules():
        text = example(rule_id, "bad")
        unknown = "\n".join(_hidden(line) for line in text.splitlines())
        file = tmp_path / f"{rule_id}.yaml"
        file.write_text(unknown)
        numbers = [finding for finding in check(load([file])) if "must be at least" in finding.message]
        assert numbers == []


def _hidden(line: str) -> str:
    """Put a number out of sight."""
    name, _, value = line.rpartition(": ")
    return f"{name}: !ImportValue elsewhere" if value.strip().isdecimal() else line
