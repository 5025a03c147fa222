"""What holds of a value whatever the conditions of a template say, and what may hold."""

from collections.abc import Callable, Iterator, Mapping

from wellmade.graph import ABSENT, Either, Resource, Value, flag, number, options


def branches(value: Value) -> Iterator[Value]:
    """Yield every value that this one can take, None where a condition leaves it out."""
    if isinstance(value, Either):
        yield from branches(value.then)
        yield from branches(value.otherwise)
    else:
        yield None if value is ABSENT else value


def always(value: Value, holds: Callable[[Value], bool]) -> bool:
    """Tell whether something holds of the value in every branch."""
    return all(holds(branch) for branch in branches(value))


def always_equals(value: Value, *wanted: str | float | None) -> bool:
    """Tell whether the value is one of these in every branch; None stands for one that is left out."""
    return always(value, lambda branch: type(branch) is not bool and any(branch == each for each in wanted))


def always_empty(value: Value) -> bool:
    """Tell whether the value is left out in every branch, or an empty list or text."""
    return always(value, lambda branch: branch in (None, "", []))


def possibly_set(value: Value) -> bool:
    """Tell whether the value may be there: it is, in some branch, or it is unknown."""
    return any(True for _ in options(value))


def never_set(entry: Mapping[str, Value], *keys: str) -> bool:
    """Tell whether a mapping has none of these entries in any branch."""
    return not any(possibly_set(entry.get(key)) for key in keys)


def least(value: Value) -> float | None:
    """Return the smallest number that the value can be; None when a branch is no number."""
    numbers = [number(option) for option in options(value)]
    known = [entry for entry in numbers if entry is not None]
    return min(known) if known and len(known) == len(numbers) else None


def is_off(resource: Resource, path: str) -> bool:
    """Tell whether a flag is written and false in every branch."""
    return always(resource.get(path), lambda branch: flag(branch) is False)


def is_on(resource: Resource, path: str) -> bool:
    """Tell whether a flag is written and true in every branch."""
    return always(resource.get(path), lambda branch: flag(branch) is True)


def not_on(resource: Resource, path: str) -> bool:
    """Tell whether a flag is false or left out in every branch."""
    return always(resource.get(path), lambda branch: branch is None or flag(branch) is False)
