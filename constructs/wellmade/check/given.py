"""Whether a template says something at all, and what it surely says."""

from collections.abc import Iterable, Mapping

from wellmade.graph import Value, number, options


def given(value: Value) -> bool:
    """Tell whether the value may be there: it is, in some branch, or nobody knows."""
    return any(True for _ in options(value))


def absent(entry: Mapping[str, Value], *keys: str) -> bool:
    """Tell whether a mapping surely has none of these entries."""
    return not any(given(entry.get(key)) for key in keys)


def least(value: Value) -> float | None:
    """Return the smallest number that the value can be; None when a branch is no number."""
    numbers = [number(option) for option in options(value)]
    known = [entry for entry in numbers if entry is not None]
    return min(known) if known and len(known) == len(numbers) else None


def listed(names: Iterable[str]) -> str:
    """Write names in a row for a message."""
    return ", ".join(names)
