"""What every rule must be: explained, found where its bad template says, not in its good one, silent on the unknown."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from tests.unit.check.rule_fixtures import file_of, found_in, judged_unknown, marks_of
from wellmade.check.registry import all_rules, example, folder_of
from wellmade.graph import load

SHARE = 8
"""One in so many values is hidden here, all in `python -m bench hidden_values`."""
ATTRIBUTES = ("Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy")
MACROS = "AWS::Serverless::"


@pytest.mark.parametrize("rule_id", all_rules())
def test_finds_what_its_bad_template_marks(rule_id: str) -> None:
    file = file_of(rule_id, "bad")
    found = found_in(file, [all_rules()[rule_id]])
    told = {(each.line, (each.resource, each.path, each.message)) for each in found}
    assert told == set(marks_of(file))
    assert told


@pytest.mark.parametrize("rule_id", all_rules())
def test_finds_nothing_in_its_good_template(rule_id: str) -> None:
    assert found_in(file_of(rule_id, "good"), [all_rules()[rule_id]]) == []


@pytest.mark.parametrize("rule_id", all_rules())
def test_points_at_a_property_that_cloudformation_has(rule_id: str) -> None:
    file = file_of(rule_id, "bad")
    types = {name: kind for name, kind in _types(file).items() if not kind.startswith(MACROS)}
    for finding in found_in(file, [all_rules()[rule_id]]):
        if finding.resource in types:
            assert _exists(types[finding.resource], finding.path), finding.path


@pytest.mark.parametrize("rule_id", all_rules())
def test_explains_itself(rule_id: str) -> None:
    rule = all_rules()[rule_id]
    assert (folder_of(rule_id) / f"{rule_id.replace('-', '_')}.py").exists()
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert len(rule.explanation) > 60
    assert rule.fix[0].islower()
    assert rule.source.startswith("https://docs.aws.amazon.com/")
    assert example(rule_id, "good") != example(rule_id, "bad")
    assert set(rule.within) <= set(all_rules())


@pytest.mark.parametrize("rule_id", all_rules())
def test_unknown_values_are_never_judged(rule_id: str, tmp_path: Path) -> None:
    turn = list(all_rules()).index(rule_id)
    assert list(judged_unknown(rule_id, tmp_path, SHARE, turn)) == []


def _types(file: Path) -> dict[str, str]:

    return {each.logical_id: each.type for each in load([file]).resources.values()}


def _exists(kind: str, path: str) -> bool:
    first, *keys = path.split(".")
    if first != "Properties":
        return first in ATTRIBUTES and not keys
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return _leads(schema, schema, keys)


def _leads(schema: Any, node: Any, keys: list[str]) -> bool:
    """Follow a path through a schema; below what is free text or any document everything exists."""
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rpartition("/")[2]]
    if not keys:
        return True
    variants = [
        each for name in ("oneOf", "anyOf") for each in node.get(name, ()) if set(each) - {"required"}
    ]
    if "properties" in node:
        entry = node["properties"].get(keys[0])
        return entry is not None and _leads(schema, entry, keys[1:])
    if "items" in node and keys[0].isdecimal():
        return _leads(schema, node["items"], keys[1:])
    if variants:
        return any(_leads(schema, each, keys) for each in variants)
    return "items" not in node
