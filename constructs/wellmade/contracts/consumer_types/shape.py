"""What a schema says of a value as types can say it: wider where types cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wellmade.contracts.pointer import resolve

OURS = "Written by `wellmade contracts --to-types`; do not edit."
"""Stands in the first line of each file, so that no other file is written over."""
_SCALARS = {"string", "integer", "number", "boolean", "null"}
_IMPLIED = {
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
    "array": ("items", "prefixItems"),
}


@dataclass(frozen=True)
class Scalar:
    """A JSON type; `any` where nothing is known."""

    name: str


@dataclass(frozen=True)
class Values:
    """Some values, and no other."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Listed:
    """An array."""

    item: "Shape"


@dataclass(frozen=True)
class Mapped:
    """An object with any names."""

    value: "Shape"


@dataclass(frozen=True)
class Either:
    """One of several."""

    options: tuple["Shape", ...]


@dataclass(frozen=True)
class Named:
    """A record that is defined elsewhere in the module."""

    name: str


@dataclass
class Record:
    """An object with known fields: the shape, whether it is always there, and what a person says of it."""

    name: str
    fields: dict[str, tuple["Shape", bool, str]] = field(default_factory=dict)


Shape = Scalar | Values | Listed | Mapped | Either | Named
ANY = Scalar("any")


class Shapes:
    """The records of one event.

    Args:
        document: Its JSON Schema.
        name: What the event's own type is called.
    """

    def __init__(self, document: Any, name: str) -> None:
        self.document: Any = document
        self.records: dict[str, Record] = {}
        self._known: dict[str, Shape] = {}
        self._open: set[int] = set()
        self.root: Shape = self.of(document, name)

    def of(self, schema: Any, name: str) -> Shape:
        """Return the shape of a schema; `name` is for the record, if it is one."""
        if not isinstance(schema, Mapping) or id(schema) in self._open:
            return ANY  # of a union that holds itself a type says nothing: wider, never narrower
        self._open.add(id(schema))
        try:
            return self._of_parts(list(self._parts(schema, 0)), name)
        finally:
            self._open.discard(id(schema))

    def _of_parts(self, parts: list[Mapping[str, Any]], name: str) -> Shape:
        for values in (part["enum"] if "enum" in part else [part["const"]] for part in parts if _lists(part)):
            return Values(tuple(values))
        for key in ("oneOf", "anyOf"):
            options = next((part[key] for part in parts if part.get(key)), None)
            if options and not any("properties" in part for part in parts):
                shapes = [self.of(option, f"{name}{number}") for number, option in enumerate(options, 1)]
                return _either(shapes)
        return _either([self._of_type(kind, parts, name) for kind in _types(parts)])

    def _parts(self, schema: Mapping[str, Any], depth: int) -> list[Mapping[str, Any]]:
        found = [schema]
        if depth > 10:
            return found
        target = resolve(self.document, schema["$ref"]) if isinstance(schema.get("$ref"), str) else None
        for part in (target, *schema.get("allOf", ())):
            if isinstance(part, Mapping):
                found += self._parts(part, depth + 1)
        return found

    def _of_type(self, kind: str, parts: list[Mapping[str, Any]], name: str) -> Shape:
        if kind == "object":
            return self._record(parts, name)
        if kind != "array":
            return Scalar(kind)
        items = [part["items"] for part in parts if isinstance(part.get("items"), Mapping)]
        if any("prefixItems" in part or isinstance(part.get("items"), list) for part in parts) or not items:
            return Listed(ANY)
        return Listed(self.of(items[0], f"{name}Item"))

    def _record(self, parts: list[Mapping[str, Any]], name: str) -> Shape:
        fields = {key: schema for part in parts for key, schema in part.get("properties", {}).items()}
        required = {key for part in parts for key in part.get("required", ())}
        if not fields and not required:
            rest = [part["additionalProperties"] for part in parts if "additionalProperties" in part]
            patterns = any("patternProperties" in part for part in parts)
            return Mapped(self.of(rest[0], f"{name}Value") if rest and not patterns else ANY)
        origin = str(id(next((part for part in parts if "properties" in part), parts[0])))
        if origin in self._known:
            return self._known[origin]
        record = Record(self._free(name))
        self._known[origin] = shape = Named(record.name)
        self.records[record.name] = record
        for key in [*fields, *sorted(required - fields.keys())]:
            schema = fields.get(key, True)
            said = schema.get("description", "") if isinstance(schema, Mapping) else ""
            record.fields[key] = (self.of(schema, f"{name}{camel(key)}"), key in required, str(said))
        return shape

    def _free(self, name: str) -> str:
        number = 2
        found = name
        while found in self.records:
            found, number = f"{name}{number}", number + 1
        return found


def camel(text: str) -> str:
    """Return a word for a type: `order_lines` becomes `OrderLines`."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in text).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _lists(part: Mapping[str, Any]) -> bool:
    values = part["enum"] if "enum" in part else [part["const"]] if "const" in part else ()
    return bool(values) and all(isinstance(value, str | int | bool) or value is None for value in values)


def _types(parts: list[Mapping[str, Any]]) -> list[str]:
    for part in parts:
        if "type" in part:
            return [part["type"]] if isinstance(part["type"], str) else list(part["type"])
    for kind, keys in _IMPLIED.items():
        if any(key in part for part in parts for key in keys):
            return [kind]
    return ["any"]


def _either(shapes: list[Shape]) -> Shape:
    found = list(dict.fromkeys(shapes))
    if ANY in found or not found:
        return ANY
    return found[0] if len(found) == 1 else Either(tuple(found))
