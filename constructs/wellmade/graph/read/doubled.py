"""Keys that stand twice in one mapping: JSON and YAML keep the last one and say nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any


class Doubled(dict[str, Any]):
    """A mapping some of whose keys stand in it more than once."""

    keys_twice: tuple[str, ...] = ()


def of_pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the mapping of the pairs; one that knows its doubled keys where it has any."""
    entries = list(pairs)
    built = dict(entries)
    if len(built) == len(entries):
        return built
    doubled = Doubled(built)
    doubled.keys_twice = tuple(key for key, count in Counter(key for key, _ in entries).items() if count > 1)
    return doubled


def doubled_in(value: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted path of each key that stands twice."""
    if isinstance(value, Doubled):
        yield from (f"{path}.{key}".removeprefix(".") for key in value.keys_twice)
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, entry in entries:
        yield from doubled_in(entry, f"{path}.{key}".removeprefix("."))
