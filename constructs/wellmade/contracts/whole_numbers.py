"""1.0 is no integer of draft 4, which takes none with a fraction part, and one of every later draft.

A search does not tell 1.0 from 1: it looks for an event with an integer, which is then written as a fraction.
Source: https://json-schema.org/draft-06/json-schema-release-notes
"""

import copy
from dataclasses import replace
from typing import Any

from jsonschema.exceptions import best_match

from wellmade.contracts.budget import Budget
from wellmade.contracts.included import Undecided, Witness, find_witness
from wellmade.contracts.schema import Schema
from wellmade.contracts.validate import errors_of
from wellmade.contracts.walk import subschemas

_QUESTION = Undecided("1.0 is no integer of draft 4, and one of later drafts")


def written_as_fraction(
    allowing: Schema, refusing: Schema, budget: Budget, *, additions: bool
) -> Witness | Undecided | None:
    """Return an event with an integer such as 1.0 that one schema allows and another, of draft 4, refuses.

    Args:
        allowing: The schema that events are written by.
        refusing: The schema that they are read by.
        budget: How long to search.
        additions: As of `find_witness`.
    """
    if refusing.draft.year != 4 or allowing.draft.year == 4:
        return None
    without = _without_integers(refusing)
    if without.document == refusing.document:
        return None
    found = find_witness(allowing, without, budget, additions=additions)
    if not isinstance(found, Witness):
        return found
    event = _as_fractions(found.event)
    error = best_match(errors_of(refusing, event, budget))
    return Witness(event, error) if error and not errors_of(allowing, event, budget) else _QUESTION


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
        case int() if not isinstance(value, bool):
            return float(value)
    return value
