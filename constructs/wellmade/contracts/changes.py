"""What breaks a consumer, or an event that is kept: changes of a schema that are more than additions."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_FOR_PEOPLE = {"title", "description", "examples", "default", "deprecated", "$comment", "$id", "$schema"}
"""What validates nothing."""
_LOOKED_INTO = {"type", "properties", "required", "enum", "items"}


def breaking(released: Schema, current: Schema, where: str = "") -> Iterator[str]:
    """Yield what is more than an addition, each with the field's name.

    A version may gain optional fields. What it allowed before it must allow still, since events are kept in
    queues and in the archive; what it refused before it must refuse still, since consumers count on that.
    """
    field = where or "the event"
    if released.get("type") != current.get("type"):
        yield f"{field} was {_shown(released, 'type')} and is {_shown(current, 'type')}"
        return
    yield from _properties(released, current, where)
    yield from _values(released, current, field)
    before, after = released.get("items"), current.get("items")
    if isinstance(before, dict) and isinstance(after, dict):
        yield from breaking(before, after, f"{where}[]")
    elif before != after:
        yield f"{field} had other items"


def _properties(released: Schema, current: Schema, where: str) -> Iterator[str]:
    before, after = released.get("properties", {}), current.get("properties", {})
    for name, schema in before.items():
        field = f"{where}.{name}" if where else name
        if name not in after:
            yield f"{field} is gone"
            continue
        was = name in released.get("required", ())
        if was != (name in current.get("required", ())):
            yield f"{field} was {_necessity(required=was)} and is {_necessity(required=not was)}"
        yield from breaking(schema, after[name], field)
    for name in [name for name in after if name not in before]:
        if name in current.get("required", ()):
            yield f"{name} is new in {where or 'the event'} and required: events that are kept lack it"
        elif released.get("additionalProperties") is False:
            yield f"{name} is new in {where or 'the event'}, which allowed no more"


def _necessity(*, required: bool) -> str:
    return "required" if required else "optional"


def _values(released: Schema, current: Schema, field: str) -> Iterator[str]:
    if "enum" in released and "enum" in current:
        before, after = released["enum"], current["enum"]
        added = [str(value) for value in after if value not in before]
        lost = [str(value) for value in before if value not in after]
        if added:
            yield f"{field} may now be {', '.join(added)}"
        if lost:
            yield f"{field} may no longer be {', '.join(lost)}"
    elif "enum" in released or "enum" in current:
        yield f"{field} had enum {_shown(released, 'enum')} and has {_shown(current, 'enum')}"
    for key in sorted((released.keys() | current.keys()) - _FOR_PEOPLE - _LOOKED_INTO):
        if released.get(key) != current.get(key):
            yield f"{field} had {key} {_shown(released, key)} and has {_shown(current, key)}"


def _shown(schema: Schema, key: str) -> str:
    return str(schema.get(key, "none"))
