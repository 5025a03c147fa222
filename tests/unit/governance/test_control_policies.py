"""Calls that an organization must deny, and ordinary work that it must let be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.control_policies import Organization, documents
from wellmade.facts.actions import exists
from wellmade.facts.organizations import GLOBAL_SERVICES

GROUPS: list[dict[str, Any]] = yaml.load(Path(__file__).with_name("calls.yaml").read_text(), yaml.CSafeLoader)


def calls() -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Yield each line with its group, and whether it is allowed."""
    for group in GROUPS:
        for verdict in ("allowed", "denied"):
            for line in group.get(verdict, "").splitlines():
                yield line, group, verdict == "allowed"


@pytest.fixture(scope="module")
def organization() -> Organization:
    return Organization()


def denial(organization: Organization, line: str, group: dict[str, Any]) -> str:
    action, *words = line.split()
    resource = next((word for word in words if word.startswith("arn:")), "*")
    keys = dict(word.split("=", 1) for word in words if "=" in word)
    options = {key: group[key] for key in ("unit", "principal", "region", "outsider") if key in group}
    return organization.denial(action, resource, context={**group.get("context", {}), **keys}, **options)


@pytest.mark.parametrize(
    ("line", "group", "allowed"),
    [pytest.param(*each, id=f"{each[1]['title']}: {each[0]}") for each in calls()],
)
def test_decides(organization: Organization, line: str, group: dict[str, Any], *, allowed: bool) -> None:
    why = denial(organization, line, group)
    assert (why == "") is allowed, why


def test_the_tables_are_of_more_than_200_calls_that_there_are() -> None:
    lines = [line for line, _, _ in calls()]
    assert len(lines) > 300
    assert sum(not allowed for *_, allowed in calls()) > 80
    assert {line.split()[0] for line in lines if exists(line.split()[0]) is False} == set()


def test_each_denial_spares_the_role_for_emergencies_and_each_policy_fits() -> None:
    for name, (kind, content) in documents().items():
        for statement in content["Statement"]:
            spared = statement["Condition"].get("ArnNotLike") or statement["Condition"]["ArnNotLikeIfExists"]
            assert "role/break-glass" in str(spared["aws:PrincipalArn"]), (name, statement["Sid"])
        assert len(str(content)) < 2_500, kind


@pytest.mark.parametrize(
    "name", ["protection", "regions", "encryption", "sandbox", "quarantine", "outsiders"]
)
def test_a_table_has_calls_that_each_policy_alone_denies(organization: Organization, name: str) -> None:
    reasons = {denial(organization, line, group) for line, group, allowed in calls() if not allowed}
    assert [reason for reason in reasons if reason.startswith(f"denied by {name}: ")]


def test_a_limit_on_regions_names_only_what_there_is() -> None:
    assert [each for each in GLOBAL_SERVICES if exists(each) is False] == []
