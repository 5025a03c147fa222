"""Walk through a schema's parts."""

from collections.abc import Iterator, Mapping
from typing import Any

ONE = (
    "additionalProperties",
    "additionalItems",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
)
ONE_TOO = ("unevaluatedItems", "unevaluatedProperties", "contentSchema")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
MAPS = ("properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions")


def subschemas(schema: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each schema inside a schema, itself first, with the path of keywords that leads there."""
    if not isinstance(schema, Mapping):
        return
    yield place, schema
    for key in (*ONE, *ONE_TOO):
        yield from subschemas(schema.get(key), _join(place, key))
    for key in LISTS:
        parts = schema.get(key)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from subschemas(part, _join(place, f"{key}.{number}"))
    for key in MAPS:
        named = schema.get(key)
        for name, part in (named if isinstance(named, Mapping) else {}).items():
            yield from subschemas(part, _join(place, f"{key}.{name}"))


def depth_of(value: object, most: int) -> tuple[int, int]:
    """Return how deep a value is nested, counted to just beyond `most`, and how many values it has."""
    layer, deep, count = [value], 0, 0
    while layer and deep <= most:
        count += len(layer)
        deep += 1
        layer = [
            child
            for parent in layer
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return deep, count


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
