"""The metrics that AWS services publish: namespace, names, and the sets of dimensions they come under.

`metrics.json` gives for each namespace its page, its metrics (with wildcards for families) and the sets of
dimensions, as the pages were on 29 November 2026. A namespace that is not there, such as one of your own, is
unknown: nothing is said of it.
"""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "metrics.json"


def is_known(namespace: str) -> bool:
    """Tell whether the metrics of a namespace are listed."""
    return namespace in _table()


def exists(namespace: str, metric: str) -> bool:
    """Tell whether a namespace has a metric, as far as is known."""
    return not is_known(namespace) or any(fnmatchcase(metric, pattern) for pattern in _patterns(namespace))


def closest(namespace: str, metric: str) -> str | None:
    """Return the metric that was probably meant by a name that does not exist."""
    names = {name.lower(): name for name in _patterns(namespace) if "*" not in name}
    found = get_close_matches(metric.lower(), names, n=1)
    return names[found[0]] if found else None


def published(namespace: str, metric: str) -> list[frozenset[str]]:
    """Return the sets of dimensions under which a metric is published; empty when that is not known."""
    known = _table().get(namespace, {})
    sets = known.get("dimensions of", {}).get(metric, known.get("dimensions", []))
    return [frozenset(names.split()) for names in sets]


def is_published(namespace: str, metric: str, dimensions: Iterable[str]) -> bool:
    """Tell whether a metric is published under these dimensions, as far as is known."""
    sets = published(namespace, metric) if exists(namespace, metric) else []
    return not sets or frozenset(dimensions) in sets


def described(sets: Iterable[frozenset[str]]) -> str:
    """Return sets of dimensions as a message lists them."""
    return " or ".join(" + ".join(sorted(names)) or "nothing" for names in list(sets)[:4])


def _patterns(namespace: str) -> list[str]:
    return str(_table().get(namespace, {}).get("metrics", "*")).split()


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text())
    return table
