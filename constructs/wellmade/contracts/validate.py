"""Validate an event with `jsonschema`, within bounds: patterns are searched by automata."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError
from referencing import Registry

from wellmade.contracts.budget import Budget, OutOfBudgetError
from wellmade.contracts.logic.formats import FLOATS, FORMATS, WHOLE
from wellmade.contracts.logic.values import UnknownError, exact, found_in, type_of
from wellmade.contracts.schema import Draft, Schema


def errors_of(schema: Schema, event: Any, budget: Budget) -> list[ValidationError]:
    """Return why a schema refuses an event: nothing where it allows it.

    Raises:
        OutOfBudgetError: If references multiply, so that any validator would take too long.
    """
    kind = _class_of(schema.draft)
    follow = kind.VALIDATORS["$ref"]

    def follow_within_budget(*arguments: Any) -> Iterator[ValidationError]:
        budget.spend(20)
        yield from follow(*arguments) or ()

    bounded: Any = _extend(kind, {"$ref": follow_within_budget})
    return list(bounded(schema.document, registry=Registry()).iter_errors(event))


_extend: Any = jsonschema.validators.extend


@cache
def _class_of(draft: Draft) -> Any:
    return _extend(
        draft.validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "format": _format,
            **({"additionalItems": _additional_items} if draft.year < 2020 else {}),
        },
    )


def _additional_items(
    validator: Any, rest: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Judge items behind a list of schemas; `jsonschema` fails where `items` is a boolean."""
    first = schema.get("items")
    if not isinstance(first, list) or not isinstance(instance, list):
        return
    for place in range(len(first), len(instance)):
        if rest is False:
            yield ValidationError(f"{instance[place]!r} is one item too many")
            return
        yield from validator.descend(instance[place], {} if rest is True else rest, path=place)


def _found(pattern: str, text: str) -> bool:
    try:
        return found_in(pattern, text)
    except UnknownError:
        pass
    try:
        return re.search(pattern, text) is not None
    except re.error as error:
        raise OutOfBudgetError(f"the pattern {pattern} is not understood: {error}") from error


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, part in patterns.items():
        for name in [name for name in instance if _found(pattern, name)]:
            yield from validator.descend(instance[name], part, path=name, schema_path=pattern)


def _format(_validator: Any, name: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    known = FORMATS.get(name) if isinstance(name, str) else None
    if name in FLOATS and type_of(instance) == "number" and abs(exact(instance)) > FLOATS[name]:
        yield ValidationError(f"{instance!r} is not a {name!r}")
    if name in WHOLE and type_of(instance) == "number":
        most = WHOLE[name]
        if exact(instance).denominator != 1 or not -most <= instance < most:
            yield ValidationError(f"{instance!r} is not an {name!r}")
    if isinstance(instance, str) and known and not known.holds(instance):
        yield ValidationError(f"{instance!r} is not a {name!r}")
