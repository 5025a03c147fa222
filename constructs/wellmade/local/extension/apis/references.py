"""What a part of an API's document refers to."""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def followed(document: Document, part: Any) -> Any:
    """Return a part of a document, or what its `$ref` leads to inside the document.

    Raises:
        ValueError: If it leads nowhere, or in a cycle.
    """
    seen: list[str] = []
    while isinstance(part, Mapping) and str(part.get("$ref", "")).startswith("#/"):
        pointer = str(part["$ref"])
        if pointer in seen:
            raise ValueError(f"{pointer} leads to itself")
        seen.append(pointer)
        part = _at(document, pointer)
    return part


def _at(document: Document, pointer: str) -> Any:
    part: Any = document
    for step in pointer.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(part, Mapping) or name not in part:
            raise ValueError(f"{pointer} is not in the document of the API")
        part = part[name]
    return part
