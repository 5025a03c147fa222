"""What a resource loses while it stays, against what AWS documents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.upgrade.test_upgrade import one, stack, table, upgrade
from wellmade.upgrade import Fate
from wellmade.upgrade.report import verdict

ROWS = Path(__file__).with_name("in_place.txt").read_text().splitlines()


def rows() -> Iterator[Any]:
    for number, line in enumerate(ROWS):
        if not line.startswith("#"):
            kind, name, before, after, said = line.split(" | ")
            yield pytest.param(kind, name, before, after, said, id=f"{number}-{kind}-{name}")


@pytest.mark.parametrize(("kind", "name", "before", "after", "said"), list(rows()))
def test_what_goes_in_place_is_found(kind: str, name: str, before: str, after: str, said: str) -> None:
    found = upgrade(one(kind, name, before), one(kind, name, after))
    expected = {"lost": [(Fate.CHANGED, True)], "guard": [(Fate.CHANGED, False)], "kept": []}[said]
    assert [(each.fate, each.loses) for each in found.changes] == expected


def test_a_loss_is_said_before_a_guard_that_falls() -> None:
    before = table(DeletionProtectionEnabled=True)
    after = table(TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True})
    [found] = upgrade(stack(It=before), stack(It=after)).changes
    assert (found.loses, found.data) == (True, "it stays, and what is due by it already is deleted")


def test_a_guard_that_falls_is_told_and_refuses_nothing() -> None:
    found = upgrade(stack(It=table(DeletionProtectionEnabled=True)), stack(It=table()))
    assert not found.loses
    assert verdict(found) == "No data is lost: 1 resource is guarded less: shop/It."


def test_a_replacement_goes_before_what_changes_in_place() -> None:
    before, after = table(TableName="a", DeletionProtectionEnabled=True), table(TableName="b")
    assert [each.fate for each in upgrade(stack(It=before), stack(It=after)).changes] == [Fate.REPLACED]
