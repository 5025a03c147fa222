"""Keys that stand twice in one mapping: JSON and YAML keep the last one and say nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Keys = tuple[str, ...]


class Twice(NamedTuple):
    """A key that stands more than once: the keys that lead to it, itself included, and its last line."""

    keys: Keys
    line: int = 0
    is_same: bool = False
    """Whether it has one value each time, so that dropping all but the last changes nothing."""

    @property
    def path(self) -> str:
        """The keys with dots between."""
        return ".".join(self.keys)


class Doubled(dict[str, Any]):
    """A mapping some of whose keys stand in it more than once, with the lines of the last ones if known."""

    keys_twice: tuple[str, ...] = ()
    same: frozenset[str] = frozenset()
    """Those of them that have one value each time."""
    lines: dict[str, int]


def of_pairs(pairs: Iterable[tuple[str, Any]], lines: Iterable[int] = ()) -> dict[str, Any]:
    """Return the mapping of the pairs; one that knows its doubled keys where it has any."""
    entries = pairs if isinstance(pairs, list) else list(pairs)
    built = dict(entries)
    if len(built) == len(entries):
        return built
    doubled = Doubled(built)
    doubled.keys_twice = tuple(key for key, count in Counter(key for key, _ in entries).items() if count > 1)
    doubled.same = frozenset(
        twice
        for twice in doubled.keys_twice
        if all(_equal(value, built[twice]) for key, value in entries if key == twice)
    )
    doubled.lines = dict(zip((key for key, _ in entries), lines, strict=False))
    return doubled


def _equal(one: Any, other: Any) -> bool:
    """Compare as text, for Python takes 1, 1.0 and true as equal."""
    return repr(one) == repr(other)


def doubled_in(value: dict[str, Any] | list[Any], keys: Keys = ()) -> Iterator[Twice]:
    """Yield each key that stands twice."""
    if isinstance(value, Doubled):
        yield from (
            Twice((*keys, key), value.lines.get(key, 0), key in value.same) for key in value.keys_twice
        )
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        if isinstance(entry, (dict, list)):
            yield from doubled_in(entry, (*keys, str(key)))
