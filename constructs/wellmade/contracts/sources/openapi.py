"""OpenAPI 3 as EventBridge's schema registry writes it: one event, in `components.schemas`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wellmade.contracts.sources.contract import Contract

ENVELOPE = "AWSEvent"
"""The schema of a whole event, with its detail, in EventBridge's registry."""
DRAFT_4 = "http://json-schema.org/draft-04/schema#"
_LISTS = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "not", "additionalProperties")
COMPONENTS = "#/components/schemas/"
MOVED = "#/definitions/"


def event_of(document: Mapping[str, Any], name: str, file: Path) -> Contract:
    """Return the event of an OpenAPI document.

    Raises:
        ValueError: If the version is not known, or it does not say which schema is the event.
    """
    version = str(document["openapi"])
    if not version.startswith(("3.0", "3.1")):
        raise ValueError(f"{file}: openapi must be 3.0 or 3.1, got {version}; convert the document")
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
    if not isinstance(schemas, Mapping) or not schemas:
        raise ValueError(f"{file}: components.schemas must hold the event, got none; add it")
    root = _root(schemas, name, file)
    old = version.startswith("3.0")
    read = {key: draft_4(schema) if old else schema for key, schema in schemas.items()}
    moved = move_references({"$ref": f"{COMPONENTS}{root}", "definitions": read})
    return Contract(name, moved, DRAFT_4 if old else None, file)


def _root(schemas: Mapping[str, Any], name: str, file: Path) -> str:
    event = name.partition(".v")[0]
    for known in (ENVELOPE, name, event):
        if known in schemas:
            return known
    used = set(_references(schemas))
    free = [key for key in schemas if f"{COMPONENTS}{key}" not in used]
    if len(free) == 1:
        return free[0]
    found = ", ".join(schemas)
    raise ValueError(
        f"{file}: components.schemas must hold {ENVELOPE} or {event}, got {found}; name the event so"
    )


def _references(value: object) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for child in value.values() for found in _references(child)]
    if isinstance(value, list):
        return [found for child in value for found in _references(child)]
    return []


def draft_4(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as draft 4, whose keywords it has, but for `nullable`."""
    if not isinstance(schema, Mapping):
        return schema
    found = dict(schema)
    for key in _LISTS:
        if isinstance(found.get(key), list):
            found[key] = [draft_4(part) for part in found[key]]
    for key in _ONE:
        if key in found:
            found[key] = draft_4(found[key])
    if isinstance(found.get("properties"), Mapping):
        found["properties"] = {name: draft_4(part) for name, part in found["properties"].items()}
    if found.pop("nullable", False) is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


def move_references(value: Any) -> Any:
    """Return a document whose references to components lead to its definitions."""
    if isinstance(value, list):
        return [move_references(child) for child in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: MOVED + child.removeprefix(COMPONENTS)
        if key == "$ref" and isinstance(child, str) and child.startswith(COMPONENTS)
        else move_references(child)
        for key, child in value.items()
    }
