"""What breaks a consumer: changes of a schema that are more than additions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
_BOUNDS = {"minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1} | {
    "maximum": -1,
    "exclusiveMaximum": -1,
    "maxLength": -1,
    "maxItems": -1,
}
"""The direction in which a producer may move each bound: consumers count on it in the other."""
_FIXED = ("pattern", "format", "const", "multipleOf", "$ref", "oneOf", "anyOf", "allOf", "not")
"""Compared as a whole, since nobody can tell simply which way they move."""


def breaking(released: Schema, current: Schema, where: str = "") -> Iterator[str]:
    """Yield what a consumer of the released schema could stumble over, each with the field's name.

    A producer may add fields and promise more of those that are there. It may not take a field away, make a
    required one optional, change its type, or send values that the released schema did not allow.
    """
    field = where or "the event"
    if released.get("type") != current.get("type"):
        yield f"{field} was {_shown(released, 'type')} and is {_shown(current, 'type')}"
        return
    yield from _properties(released, current, where)
    yield from _values(released, current, field)
    if "items" in released:
        yield from breaking(released["items"], current.get("items", {}), f"{where}[]")


def _properties(released: Schema, current: Schema, where: str) -> Iterator[str]:
    before, after = released.get("properties", {}), current.get("properties", {})
    for name, schema in before.items():
        field = f"{where}.{name}" if where else name
        if name not in after:
            yield f"{field} is gone"
            continue
        if name in released.get("required", ()) and name not in current.get("required", ()):
            yield f"{field} was required and is optional"
        yield from breaking(schema, after[name], field)
    if released.get("additionalProperties") is False:
        yield from (
            f"{name} is new in {where or 'the event'}, which allowed no more"
            for name in after.keys() - before
        )


def _values(released: Schema, current: Schema, field: str) -> Iterator[str]:
    added = sorted(map(str, _list(current, "enum") - _list(released, "enum"))) if "enum" in released else []
    if added:
        yield f"{field} may now be {', '.join(added)}"
    if "enum" in released and "enum" not in current:
        yield f"{field} was one of a list and may be anything"
    for key, direction in _BOUNDS.items():
        if _is_wider(released.get(key), current.get(key), direction):
            yield f"{field} had {key} {released[key]} and has {_shown(current, key)}"
    for key in _FIXED:
        if key in released and released[key] != current.get(key):
            yield f"{field} had {key} {released[key]} and has {_shown(current, key)}"


def _list(schema: Schema, key: str) -> set[Any]:
    values: Sequence[Any] = schema.get(key, ())
    return set(values)


def _is_wider(released: float | None, current: float | None, direction: int) -> bool:
    return released is not None and (current is None or (current - released) * direction < 0)


def _shown(schema: Schema, key: str) -> str:
    return str(schema.get(key, "none"))
