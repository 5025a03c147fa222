"""JSON pointers within one document."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote


def resolve(document: Any, reference: str) -> Any:
    """Return what `#/…` points at, or None for what leads elsewhere."""
    if not reference.startswith("#/") and reference != "#":
        return None
    found = document
    for token in unquote(reference[2:]).split("/") if len(reference) > 1 else ():
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found
