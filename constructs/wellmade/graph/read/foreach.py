"""Expand `Fn::ForEach`, which writes resources once for each entry of a collection."""

from typing import Any

from wellmade.graph.read.limits import MAX_NODES

LOOP = "Fn::ForEach::"


def expand_foreach(body: dict[str, Any]) -> dict[str, Any]:
    """Return the template with the loops among its resources expanded, as far as their collections are known.

    A loop over what only the deployment knows is left out, as are loops below resources.
    """
    resources = body["Resources"]
    if not any(str(key).startswith(LOOP) for key in resources):
        return body
    return {**body, "Resources": _entries(resources, body)}


def _entries(entries: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in entries.items():
        if not str(key).startswith(LOOP):
            found[key] = value
        elif isinstance(value, list) and len(value) == 3 and isinstance(value[2], dict):
            name, collection, output = value
            for entry in _collection(collection, body):
                found |= _entries(_filled(output, str(name), entry), body)
                if len(found) > MAX_NODES // 100:
                    return found
    return found


def _collection(collection: Any, body: dict[str, Any]) -> list[str]:
    if isinstance(collection, dict) and set(collection) == {"Ref"}:
        declared = (body.get("Parameters") or {}).get(collection["Ref"])
        default = declared.get("Default") if isinstance(declared, dict) else None
        collection = [entry.strip() for entry in default.split(",")] if isinstance(default, str) else default
    return [entry for entry in collection if isinstance(entry, str)] if isinstance(collection, list) else []


def _filled(value: Any, name: str, entry: str) -> Any:
    """Put the entry for `${Name}` and `{Ref: Name}`; `&{Name}` keeps letters and digits only."""
    if isinstance(value, dict):
        if value == {"Ref": name}:
            return entry
        return {_filled(key, name, entry): _filled(part, name, entry) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, name, entry) for part in value]
    if isinstance(value, str):
        letters = "".join(letter for letter in entry if letter.isalnum())
        return value.replace(f"${{{name}}}", entry).replace(f"&{{{name}}}", letters)
    return value
