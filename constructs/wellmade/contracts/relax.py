"""Drop the assertion that refused an event, so that the next break can be looked for."""

import copy
from dataclasses import replace
from typing import Any

from jsonschema.exceptions import ValidationError

from wellmade.contracts.pointer import resolve
from wellmade.contracts.schema import Schema


def relaxed(schema: Schema, error: ValidationError) -> Schema | None:
    """Return a schema without the assertion of an error, or None where it is not found."""
    document = copy.deepcopy(schema.document)
    whole: Any = error
    while whole.parent is not None:
        whole = whole.parent  # a part of `anyOf` cannot be dropped alone
    path = list(whole.absolute_schema_path)
    try:
        return _without(schema, document, path, whole)
    except (KeyError, IndexError, TypeError):
        return None


def _without(schema: Schema, document: Any, path: list[str | int], error: Any) -> Schema | None:
    if not path:
        return None
    holder = document
    for place, step in enumerate(path[:-1]):
        if step == "if" and path[place + 1] in ("then", "else"):
            continue
        refers = step == "$ref" and isinstance(holder[step], str)  # a field may be called so, too
        holder = resolve(document, holder[step]) if refers else holder[step]
    last = path[-1]
    if error.validator is None:
        holder[last] = {}  # the schema `false`
    elif last == "required" and isinstance(error.instance, dict):
        holder[last] = [name for name in holder[last] if name in error.instance]
        if not holder[last]:
            del holder[last]
    else:
        del holder[last]
    return replace(schema, document=document)
