"""1.0 is no integer of draft 4, which takes none with a fraction part, and one of every later draft.

A search does not tell 1.0 from 1: it looks for an event with an integer, which is then written as a fraction.
Source: https://json-schema.org/draft-06/json-schema-release-notes
"""

import copy
import json
from dataclasses import replace
from typing import Any

from jsonschema.exceptions import best_match

from wellmade.contracts.budget import Budget, OutOfBudgetError
from wellmade.contracts.included import Undecided, Witness, find_witness
from wellmade.contracts.schema import Schema
from wellmade.contracts.validate import errors_of
from wellmade.contracts.walk import subschemas

_QUESTION = Undecided("1.0 is no integer of draft 4, and one of later drafts")
_EXACT = 2**53
"""Beyond this an integer and what it is as a fraction may be two numbers."""


def written_as_fraction(
    allowing: Schema, refusing: Schema, budget: Budget, *, additions: bool
) -> Witness | Undecided | None:
    """Return an event with a number such as 1.0 that one schema allows and another refuses, one of draft 4.

    Args:
        allowing: The schema that events are written by.
        refusing: The schema that they are read by.
        budget: How long to search.
        additions: As of `find_witness`.
    """
    if (allowing.draft.year == 4) is (refusing.draft.year == 4):
        return None
    wider, narrower = allowing, refusing
    if refusing.draft.year == 4:
        narrower = _without_integers(refusing)
    else:
        wider = _without_denials(allowing)
    if (wider.text, narrower.text) == (allowing.text, refusing.text):
        return None
    found = find_witness(wider, narrower, budget, additions=additions)
    if not isinstance(found, Witness):
        return found
    try:
        return _written(_as_fractions(found.event), allowing, refusing, budget)
    except OutOfBudgetError as error:
        return Undecided(str(error))


def _written(event: Any, allowing: Schema, refusing: Schema, budget: Budget) -> Witness | Undecided:
    error = best_match(errors_of(refusing, event, budget))
    return Witness(event, error) if error and not errors_of(allowing, event, budget) else _QUESTION


def _without_denials(schema: Schema) -> Schema:
    """Return the schema without what integers may make it refuse: `not`, and more than one of `oneOf`."""
    document = copy.deepcopy(schema.document)
    for _, part in list(subschemas(document)):
        found: Any = part
        if _may_ask_for_integers(found.get("not")):
            del found["not"]
        if _may_ask_for_integers(found.get("oneOf")):
            found["allOf"] = [*found.get("allOf", []), {"anyOf": found.pop("oneOf")}]
    return replace(schema, document=document)


def _may_ask_for_integers(part: Any) -> bool:
    text = json.dumps(part)
    return '"integer"' in text or '"$ref"' in text


def _without_integers(schema: Schema) -> Schema:
    """Return the schema with nothing left where it takes an integer and no other number."""
    document = copy.deepcopy(schema.document)
    for _, part in list(subschemas(document)):
        kind: Any = part.get("type")
        names = kind if isinstance(kind, list) else [kind]
        if "integer" in names and "number" not in names:
            _narrow(part, [name for name in names if name != "integer"])
    return replace(schema, document=document)


def _narrow(part: Any, names: list[str]) -> None:
    if names:
        part["type"] = names
    else:
        part["not"] = {}


def _as_fractions(value: Any) -> Any:
    """Return an event whose whole numbers are written with a fraction part."""
    match value:
        case dict():
            return {name: _as_fractions(one) for name, one in value.items()}
        case list():
            return [_as_fractions(one) for one in value]
        case int() if not isinstance(value, bool) and abs(value) <= _EXACT:
            return float(value)
    return value
