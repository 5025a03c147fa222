"""What is known of libraries: which call AWS by themselves, and which never do."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "libraries.json"


@cache
def libraries() -> Mapping[str, Any]:
    """Return what calls AWS by itself (Python's `imports` and `calls`, npm's `packages`), what is quiet.

    What calls nothing without it stands in a row as well: `names` in the file, `needs` among its variables.
    """
    found: Mapping[str, Any] = json.loads(_DATA.read_text())
    return found


def known(name: str, kind: str) -> bool:
    """Tell whether a library, or a part of it, calls AWS by itself and has a row of its own."""
    return any(_is_of(name, each) for each in libraries()[kind])


def harmless(name: str, kind: str) -> bool:
    """Tell whether a library calls nothing of AWS."""
    return name in _harmless(kind) or any(_is_of(name, each) for each in libraries()[kind])


@cache
def _harmless(kind: str) -> frozenset[str]:
    return frozenset(libraries()[kind])


def _is_of(name: str, library: str) -> bool:
    return name == library or name.startswith(library if library.endswith("/") else f"{library}/")
