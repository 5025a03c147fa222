"""Changes of which an earlier search found no event, or said that it cannot be known."""

from collections.abc import Iterable
from typing import Any

import pytest

from wellmade.contracts import whole_numbers
from wellmade.contracts.budget import Budget
from wellmade.contracts.compare import CONSUMERS, KEPT, compare
from wellmade.contracts.included import Inclusion, Witness
from wellmade.contracts.logic import named
from wellmade.contracts.logic.formats import FORMATS
from wellmade.contracts.logic.node import Node
from wellmade.contracts.patterns.automaton import automaton
from wellmade.contracts.schema import schema_of

DRAFT_4, DRAFT_6 = (f"http://json-schema.org/draft-0{year}/schema#" for year in (4, 6))


def verdict(old: Any, new: Any) -> Any:
    return compare(schema_of(old, "old"), schema_of(new, "new"))


@pytest.mark.parametrize(
    ("old", "new", "who"),
    [
        ({"format": "date-time"}, {"format": "date-time", "pattern": "Z$"}, {KEPT}),
        (
            {"format": "date-time", "pattern": "-02-29"},
            {"format": "date-time", "pattern": "^20"},
            {CONSUMERS, KEPT},
        ),
        ({"format": "date", "pattern": "-(30|31)$"}, {"format": "date", "pattern": "31$"}, {KEPT}),
        ({"format": "ipv4", "pattern": "^[0-9]"}, {"format": "ipv4", "pattern": "^192"}, {KEPT}),
        ({"pattern": r"^\p{Lu}+$"}, {"pattern": r"^\p{L}+$"}, {CONSUMERS}),
        ({"pattern": r"^[\p{L}\p{Nd}]+$"}, {"pattern": r"^\P{Z}+$"}, {CONSUMERS}),
        ({"pattern": r"^\u{1F600}$"}, {"pattern": "^.$"}, {CONSUMERS}),
    ],
    ids=["moment", "leap day", "last day", "address", "letters", "letters and digits", "one character"],
)
def test_strings(old: Any, new: Any, who: set[str]) -> None:
    found = verdict({"type": "string", **old}, {"type": "string", **new})
    assert found.undecided == []
    assert {each.who for each in found.breaks} == who


def test_a_float_takes_no_double() -> None:
    found = verdict({"type": "number", "format": "float"}, {"type": "number", "format": "double"})
    assert [each.who for each in found.breaks] == [CONSUMERS]
    assert (
        verdict({"type": "number", "format": "double"}, {"type": "number", "format": "float"}).breaks[0].who
        == KEPT
    )


@pytest.mark.parametrize(
    ("old", "new", "who"),
    [(DRAFT_4, DRAFT_6, CONSUMERS), (DRAFT_6, DRAFT_4, KEPT)],
    ids=["later", "earlier"],
)
def test_a_whole_number_with_a_fraction_is_no_integer_of_draft_4(old: str, new: str, who: str) -> None:
    number = {"properties": {"n": {"type": "integer"}, "other": {"type": ["integer", "null"]}}}
    found = verdict({"$schema": old, **number}, {"$schema": new, **number})
    assert (found.undecided, [each.who for each in found.breaks]) == ([], [who])
    (event,) = (each.event for each in found.breaks)
    assert any(isinstance(value, float) for value in event.values())
    assert "is not of type 'integer'" in found.breaks[0].why


@pytest.mark.parametrize(
    "document",
    [
        {"properties": {"n": {"type": "string"}}},
        {"properties": {"n": {"type": ["integer", "number"]}}},
        {"properties": {"n": {"enum": ["a"], "type": ["integer", "string"]}}},
        {"properties": {"n": {"type": "integer"}}, "not": {}},
    ],
    ids=["a text", "any number", "no integer among its values", "nothing at all"],
)
def test_where_no_integer_may_be_a_new_draft_breaks_nobody(document: dict[str, object]) -> None:
    found = verdict({"$schema": DRAFT_4, **document}, {"$schema": DRAFT_6, **document})
    assert (found.breaks, found.undecided) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "who"),
    [(DRAFT_4, DRAFT_6, KEPT), (DRAFT_6, DRAFT_4, CONSUMERS)],
    ids=["later", "earlier"],
)
@pytest.mark.parametrize(
    "number",
    [{"not": {"type": "integer"}}, {"oneOf": [{"type": "integer"}, {"type": "number"}]}],
    ids=["no integer", "an integer or another number"],
)
def test_a_whole_number_with_a_fraction_is_refused_where_draft_4_takes_it(
    number: dict[str, object], old: str, new: str, who: str
) -> None:
    document = {"properties": {"n": number}}
    found = verdict({"$schema": old, **document}, {"$schema": new, **document})
    assert [(each.event, each.who) for each in found.breaks] == [({"n": 0.0}, who)]
    assert found.undecided == []


@pytest.mark.parametrize("least", [2**60 + 1, 10**400], ids=["not exact", "no float"])
def test_an_integer_that_is_no_fraction_leaves_it_undecided(least: int) -> None:
    number = {"properties": {"n": {"type": "integer", "minimum": least, "maximum": least}}}
    found = verdict({"$schema": DRAFT_4, **number}, {"$schema": DRAFT_6, **number})
    assert (found.breaks, len(found.undecided)) == ([], 1)


def test_a_validator_that_takes_too_long_leaves_it_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_schema: Any, _event: Any, budget: Budget) -> Any:
        budget.exhaust("too long")

    monkeypatch.setattr(whole_numbers, "errors_of", endless)
    number = {"properties": {"n": {"type": "integer"}}}
    found = verdict({"$schema": DRAFT_4, **number}, {"$schema": DRAFT_6, **number})
    assert (found.breaks, len(found.undecided)) == ([], 1)
    assert found.undecided[0].endswith("too long")


@pytest.mark.parametrize("day", ["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "2025-04-30"])
def test_days(day: str) -> None:
    assert automaton(FORMATS["date"].pattern).found_in(day)
    assert FORMATS["date"].holds(day)


@pytest.mark.parametrize("day", ["2023-02-29", "1900-02-29", "0000-01-01", "2025-04-31", "2025-13-01"])
def test_no_days(day: str) -> None:
    assert not automaton(FORMATS["date"].pattern).found_in(day)


def test_a_search_for_the_next_break_knows_what_was_found_out_before() -> None:
    """Of many fields each is searched once, and not once for each break that is shown."""
    old = {f"f{number}": {"type": "string", "maxLength": number + 1} for number in range(100)}
    new = {name: {"type": "string"} for name in old}
    allowing, refusing = (schema_of({"type": "object", "properties": each}, "it") for each in (new, old))
    budget = Budget(10**7)
    search, spent = Inclusion(allowing, budget, additions=False), []
    for _ in range(2):
        before = budget.left
        assert isinstance(search.witness(refusing), Witness)
        spent.append(before - budget.left)
    assert spent[1] < spent[0] / 2


def test_what_a_schema_names_is_asked_once_for_all_new_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand fields beside a thousand others are no million questions."""
    asked: list[Node] = []
    names = named._named

    def counted(node: Node) -> Iterable[str]:
        asked.append(node)
        return names(node)

    monkeypatch.setattr(named, "_named", counted)
    old, new = (
        {"properties": {f"{letter}{number}": {"type": "string"} for number in range(50)}} for letter in "ab"
    )
    assert verdict(old, new).breaks
    assert 0 < len(asked) < 50


def test_a_field_may_be_called_ref() -> None:
    old, new = ({"properties": {"$ref": {"type": kind}}} for kind in ("string", ["string", "null"]))
    found = verdict(old, new)
    assert [(each.event, each.who) for each in found.breaks] == [({"$ref": None}, CONSUMERS)]
