"""A JSON Schema with the draft that says what its keywords mean."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema
from jsonschema import FormatChecker
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource, Specification
from referencing.jsonschema import DRAFT4, DRAFT6, DRAFT7, DRAFT201909, DRAFT202012

from wellmade.contracts.patterns.ambiguity import is_explosive
from wellmade.contracts.patterns.syntax import IrregularError, parse
from wellmade.contracts.pointer import resolve
from wellmade.contracts.walk import depth_of, subschemas

DEEPEST = 100
LARGEST = 50_000
"""Values in a schema; one with more is refused, and no contract that people read has so many."""


@dataclass(frozen=True)
class Draft:
    """A version of JSON Schema."""

    name: str
    year: int
    """4, 6, 7, 2019 or 2020: later ones are greater."""
    validator: type[jsonschema.protocols.Validator]
    specification: Specification[Any]


DRAFTS = {
    "json-schema.org/draft-04/schema": Draft("draft 4", 4, jsonschema.Draft4Validator, DRAFT4),
    "json-schema.org/draft-06/schema": Draft("draft 6", 6, jsonschema.Draft6Validator, DRAFT6),
    "json-schema.org/draft-07/schema": Draft("draft 7", 7, jsonschema.Draft7Validator, DRAFT7),
    "json-schema.org/draft/2019-09/schema": Draft(
        "2019-09", 2019, jsonschema.Draft201909Validator, DRAFT201909
    ),
    "json-schema.org/draft/2020-12/schema": Draft(
        "2020-12", 2020, jsonschema.Draft202012Validator, DRAFT202012
    ),
}
DRAFT_4, DRAFT_7, NEWEST = (list(DRAFTS.values())[place] for place in (0, 2, 4))


@dataclass(frozen=True, eq=False)
class Schema:
    """What one event may look like.

    Args:
        document: The schema; what it refers to stands in it.
        draft: What its keywords mean.
        origin: Where it stands, for messages.
    """

    document: Any
    draft: Draft
    origin: str

    @cached_property
    def validator(self) -> jsonschema.protocols.Validator:
        """A validator that asserts formats."""
        kind = self.draft.validator
        return kind(self.document, format_checker=kind.FORMAT_CHECKER, registry=Registry())

    @cached_property
    def text(self) -> str:
        """The schema as text that tells any change."""
        return f"{self.draft.name} {json.dumps(self.document, sort_keys=True)}"

    @property
    def resource(self) -> Resource[Any]:
        """The document as references are resolved in it."""
        return self.draft.specification.create_resource(self.document)


def draft_of(document: object, origin: str, default: Draft = NEWEST) -> Draft:
    """Return the draft that a schema names, else the newest.

    Raises:
        ValueError: If it names one that is not known.
    """
    named = document.get("$schema") if isinstance(document, Mapping) else None
    if named is None:
        return default
    address = str(named).removeprefix("https://").removeprefix("http://").rstrip("#")
    if address not in DRAFTS:
        raise ValueError(
            f"{origin}: $schema must be draft 4, 6, 7, 2019-09 or 2020-12, got {named}; name one of them"
        )
    return DRAFTS[address]


def schema_of(document: Any, origin: str, default: Draft = NEWEST) -> Schema:
    """Return a schema that is one.

    Raises:
        ValueError: If it is no JSON Schema of its draft, too large, or takes validators exponential time.
    """
    if not isinstance(document, dict | bool):
        got = _shown(document)
        raise ValueError(  # noqa: TRY004 - it is what a file says
            f"{origin}: must be a JSON Schema, an object or a boolean, got {got}; correct the file"
        )
    deep, large = depth_of(document, DEEPEST)
    if deep > DEEPEST or large > LARGEST:
        raise ValueError(
            f"{origin}: must be nested at most {DEEPEST} deep with at most {LARGEST} values; split the event"
        )
    schema = Schema(document, draft_of(document, origin, default), origin)
    try:
        checking: Any = schema.draft.validator
        checking.check_schema(document, format_checker=_OF_SCHEMAS)
    except SchemaError as error:
        raise ValueError(f"{origin}: {_refusal(error, schema)}") from error
    inside = not any(place and part.keys() & {"id", "$id"} for place, part in subschemas(document))
    for place, part in subschemas(document):
        if inside and (wrong := _wrong_reference(document, part)):
            raise ValueError(f"{origin}: {place or 'the event'}: {wrong}")
        for pattern in (part.get("pattern"), *part.get("patternProperties", {})):
            if isinstance(pattern, str) and is_explosive(pattern):
                raise ValueError(
                    f"{origin}: {place or 'the event'}: pattern must not match a text in many ways, "
                    f"got {pattern}; validators may take exponential time, write it without nested repetition"
                )
    return schema


def no_schema(reference: str, found: object) -> str:
    """Say what is wrong with a reference within a document that leads to no schema."""
    got = "nothing" if found is None else _shown(found)
    return (
        f"$ref must lead to a schema, got {got} at {reference}; correct the reference, or add what it names"
    )


def _wrong_reference(document: Any, part: Mapping[str, Any]) -> str | None:
    reference = part.get("$ref")
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        return None  # an anchor, or another document
    found = resolve(document, reference)
    return None if isinstance(found, dict | bool) else no_schema(reference, found)


def _is_pattern(text: object) -> bool:
    """Tell whether a text is a regular expression of ECMA 262 or of Python."""
    if not isinstance(text, str):
        return True
    try:
        parse(text)
    except IrregularError:
        re.compile(text)
    return True


_OF_SCHEMAS = FormatChecker(())
_OF_SCHEMAS.checks("regex", raises=(re.error, RecursionError))(_is_pattern)


def _refusal(error: SchemaError, schema: Schema) -> str:
    place = ".".join(map(str, error.absolute_path)) or "the schema"
    said = error.message if len(error.message) < 200 else f"{error.message[:197]}..."
    named = isinstance(schema.document, dict) and "$schema" in schema.document
    fix = "correct it" if named else 'correct it, or name the draft that it is written for in "$schema"'
    return f"{place} must be a JSON Schema of {schema.draft.name}, {said}; {fix}"


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) < 60 else f"{text[:57]}..."
