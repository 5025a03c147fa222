"""What holds whatever the conditions of a template say."""

from collections.abc import Iterator

from wellmade.graph import ABSENT, Either, Resource, Value, flag


def branches(value: Value) -> Iterator[Value]:
    """Yield every value that this one can take, None where a condition leaves it out."""
    if isinstance(value, Either):
        yield from branches(value.then)
        yield from branches(value.otherwise)
    else:
        yield None if value is ABSENT else value


def surely(value: Value, wanted: str | float | None) -> bool:
    """Tell whether the value is this one in every branch; None asks whether it is left out."""
    return all(type(each) is not bool and each == wanted for each in branches(value))


def absent_everywhere(value: Value) -> bool:
    """Tell whether the value is left out in every branch, or an empty list or text."""
    return all(each in (None, "", []) for each in branches(value))


def is_off(resource: Resource, path: str) -> bool:
    """Tell whether a flag is written and false in every branch."""
    return all(flag(each) is False for each in branches(resource.get(path)))


def is_on(resource: Resource, path: str) -> bool:
    """Tell whether a flag is written and true in every branch."""
    return all(flag(each) is True for each in branches(resource.get(path)))


def not_on(resource: Resource, path: str) -> bool:
    """Tell whether a flag is false or left out in every branch."""
    return all(each is None or flag(each) is False for each in branches(resource.get(path)))
