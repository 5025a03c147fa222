"""What a schema says at a place of an event, for messages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from wellmade.contracts.logic.values import UnknownError, found_in
from wellmade.contracts.pointer import resolve
from wellmade.contracts.schema import Schema

NOTHING = "nothing"
MOST = 120
"""Characters of what a schema says."""


def field_of(error: ValidationError) -> str:
    """Return the field that a validator refuses: `lines[].sku`, or `the event`."""
    parts = list(error.absolute_path)
    if error.validator == "required":
        instance, names = cast(Any, error.instance), cast(Any, error.validator_value)
        missing = [name for name in names if name not in instance]
        parts += missing[:1]
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".") or "the event"


def describe(schema: Schema, path: Sequence[str | int], keyword: str) -> str:
    """Return what a schema says with a keyword at a place, as JSON."""
    found = [part for part in at(schema.document, path) if isinstance(part, Mapping)]
    values = [part[keyword] for part in found if keyword in part]
    if not values and not found and path:
        return "not named"
    return " and ".join(dict.fromkeys(json.dumps(value) for value in values)) or NOTHING


def short(old: str, new: str) -> tuple[str, str]:
    """Return two texts in a line each, from where they begin to differ."""
    same = next((n for n, (one, two) in enumerate(zip(old, new, strict=False)) if one != two), 0)
    start = 0 if max(len(old), len(new)) <= MOST else max(0, same - MOST // 3)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    begun = text if start == 0 else f"...{text[start:]}"
    return begun if len(begun) <= MOST else f"{begun[: MOST - 3]}..."


def at(document: Any, path: Sequence[str | int]) -> list[Any]:
    """Return the schemas that apply at a place of an event."""
    places = list(_joined(document, document, 0))
    for step in path:
        below = [child for place in places for child in _below(place, step)]
        places = [found for child in below for found in _joined(document, child, 0)]
    return places


def _joined(document: Any, schema: Any, depth: int) -> Iterator[Any]:
    """Yield a schema and those that apply to the same value."""
    yield schema
    if not isinstance(schema, Mapping) or depth > 10:
        return
    parts = [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, ())]
    if isinstance(schema.get("$ref"), str) and (target := resolve(document, schema["$ref"])) is not None:
        parts.append(target)
    for part in parts[:20]:
        yield from _joined(document, part, depth + 1)


def _below(schema: Any, step: str | int) -> list[Any]:
    if not isinstance(schema, Mapping):
        return []
    if isinstance(step, int):
        items = schema.get("items")
        prefix = schema.get("prefixItems", items if isinstance(items, list) else [])
        if step < len(prefix):
            return [prefix[step]]
        return [] if items is None or isinstance(items, list) else [items]
    properties, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    named = [properties[step]] if step in properties else []
    named += [part for pattern, part in patterns.items() if _is_found(pattern, step)]
    if named:
        return named
    return [schema["additionalProperties"]] if "additionalProperties" in schema else []


def _is_found(pattern: str, name: str) -> bool:
    try:
        return found_in(pattern, name)
    except UnknownError:
        return False
