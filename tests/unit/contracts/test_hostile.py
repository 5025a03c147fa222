"""Schemas that would let a search run without an end: refused, or said to be undecided, within the bound of steps."""

from typing import Any

import pytest

from wellmade.contracts.budget import Budget
from wellmade.contracts.compare import compare
from wellmade.contracts.included import Undecided, find_witness
from wellmade.contracts.patterns.ambiguity import is_explosive
from wellmade.contracts.schema import schema_of


def record(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def doubled(depth: int, leaf: Any, *, nested: bool) -> dict[str, Any]:
    """Return a schema in which each definition uses the next one twice."""

    def twice(number: int) -> dict[str, Any]:
        below = {"$ref": f"#/$defs/d{number + 1}"}
        return record(a=below, b=below) if nested else {"allOf": [below, below]}

    return {"$defs": {f"d{n}": twice(n) for n in range(depth)} | {f"d{depth}": leaf}, "$ref": "#/$defs/d0"}


def member(kind: int) -> dict[str, Any]:
    return record(kind={"const": f"k{kind}"}, n={"type": "integer", "minimum": kind})


WIDE = {f"f{number}": {"type": "string", "maxLength": number + 1} for number in range(200)}
UNDECIDED = {
    "a pattern with many states": (
        {"pattern": "^(a|b)*a(a|b){14}$", "type": "string"},
        {"pattern": "^(a|b)*b(a|b){14}$", "type": "string"},
    ),
    "a long array": ({"type": "array", "minItems": 10**9}, {"type": "array", "maxItems": 5}),
    "a long string": ({"type": "string", "minLength": 10**9}, {"type": "string", "maxLength": 5}),
    "references that double": (doubled(60, {"type": "string"}, nested=False), {"type": "integer"}),
    "an event that doubles": (
        doubled(30, {"type": "string"}, nested=True),
        doubled(30, {"type": "integer"}, nested=True),
    ),
    "a reference to elsewhere": ({"$ref": "https://example.com/other"}, {"type": "string"}),
    "a format that nobody knows": ({"type": "string", "format": "money"}, {"type": "string", "minLength": 1}),
    "many patterns of names": (
        {
            "type": "object",
            "patternProperties": {f"^{a}.*{b}$": {"minimum": 0} for a in "abc" for b in "xyz"},
        },
        {
            "type": "object",
            "patternProperties": {f"^{a}.*{b}$": {"minimum": 1} for a in "abc" for b in "xyz"},
        },
    ),
}
DECIDED = {
    "a union of many": (
        {"anyOf": [member(kind) for kind in range(30)]},
        {"anyOf": [member(kind) for kind in reversed(range(31))]},
    ),
    "a wide event": (record(**WIDE), record(**{name: {"type": "string"} for name in WIDE})),
    "a large enum": ({"enum": list(range(20_000))}, {"enum": list(range(20_001))}),
    "an event without an end": (
        {"$defs": {"n": record(n={"$ref": "#/$defs/n"})}, "$ref": "#/$defs/n"},
        {"type": "string"},
    ),
    "the same reference to elsewhere": (
        {"type": "object", "properties": {"a": {"$ref": "https://example.com/other"}}},
        {"properties": {"a": {"$ref": "https://example.com/other"}}, "title": "an event"},
    ),
    "many conditions": (
        {
            "allOf": [
                {"if": {"properties": {"k": {"const": n}}}, "then": {"required": [f"r{n}"]}}
                for n in range(10)
            ]
        },
        {
            "allOf": [
                {"if": {"properties": {"k": {"const": n}}}, "then": {"required": [f"r{n}"]}} for n in range(9)
            ]
        },
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_is_said_to_be_undecided(name: str) -> None:
    old, new = (schema_of(schema, "it") for schema in UNDECIDED[name])
    budget = Budget()
    assert isinstance(find_witness(old, new, budget, additions=True), Undecided)
    verdict = compare(old, new)
    assert verdict.undecided or verdict.breaks


@pytest.mark.parametrize("name", DECIDED)
def test_what_is_decided_within_the_bound(name: str) -> None:
    old, new = (schema_of(schema, "it") for schema in DECIDED[name])
    budget = Budget()
    assert find_witness(old, new, budget, additions=True) is None
    assert budget.left > 0


DEEP: dict[str, Any] = {}
for _ in range(2_000):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"pattern": "(a+)+$"}, r"pattern must not match a text in many ways, got \(a\+\)\+\$"),
        ({"patternProperties": {"^(x|x)*y": {}}}, "pattern must not match a text in many ways"),
        ({"$defs": {"a": {"pattern": "(a*b*)*c"}}}, r"\$defs.a: pattern must not"),
        (DEEP, "must be nested at most 100 deep"),
        ({"enum": list(range(60_000))}, "at most 50000 values"),
    ],
)
def test_what_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        schema_of(schema, "it")


@pytest.mark.parametrize(
    ("pattern", "explosive"),
    [
        ("(a+)+$", True),
        ("(a|a)*$", True),
        ("(a*b*)*c", True),
        ("(x+x+)+y", True),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", True),
        ("(a{1,50}){1,50}", True),
        (r"^([a-z]+\.)*[a-z]+$", False),
        ("(a|ab)*c", False),
        (r"^[\w.+-]+@[\w-]+\.[\w.-]+$", False),
        ("^[a-z0-9-]{1,63}$", False),
        ("(?=.*a).*", False),
    ],
)
def test_patterns_that_take_exponential_time(pattern: str, explosive: bool) -> None:  # noqa: FBT001 - a table
    assert is_explosive(pattern) is explosive


@pytest.mark.parametrize("items", [True, False, {}, {"type": "string"}])
def test_additional_items_beside_one_schema_of_items(items: Any) -> None:
    """`jsonschema` fails for a boolean here; the keyword says nothing where `items` is no list."""
    draft = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "array"}
    old, new = {**draft, "items": items, "additionalItems": False}, {**draft, "maxItems": 0}
    verdict = compare(schema_of(old, "old"), schema_of(new, "new"))
    assert verdict.undecided == []
    assert bool(verdict.breaks) == (items is not False)
