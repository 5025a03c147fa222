"""What a property can be once its intrinsic functions are resolved.

A value is plain Python (text, number, flag, list, mapping) wherever the template says it outright. What only
the deployment knows stays symbolic (`Attribute`, `Pseudo`, `Text` with those inside), a condition offers both
its branches (`Either`), and what is not known is `Unknown`, which no rule may judge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

Value = Any
"""Plain Python or one of the classes below; mappings and lists hold values in turn."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the templates do not say; `reason` says why. Truthy; equal to the same one only."""

    reason: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """What `Ref` (name `Ref`) or `Fn::GetAtt` gives of a resource of the graph."""

    resource_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A pseudo parameter such as `AWS::Region`; `stack` is empty where all stacks are taken to share it."""

    name: str
    stack: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """`AWS::NoValue` as the branch of an `Either`: the property is left out."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Text:
    """Text with symbolic parts; literal neighbours are merged, so a `Text` always holds a symbolic part."""

    parts: tuple["str | Attribute | Pseudo | Unknown", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`Fn::If`: the value is `then` when the condition holds and `otherwise` when not."""

    condition: str
    then: Value
    otherwise: Value
    stack: str = ""
    """In whose template the condition is defined."""


def is_known(value: Value) -> bool:
    """Tell whether the value is definite: not unknown, no unknown branch, no unknown part of the text.

    References and pseudo parameters are definite. Lists and mappings are, whatever they hold.
    """
    match value:
        case Unknown():
            return False
        case Either():
            return is_known(value.then) and is_known(value.otherwise)
        case Text():
            return not any(isinstance(part, Unknown) for part in value.parts)
    return True


def options(value: Value) -> Iterator[Value]:
    """Yield every value that this one can take: both branches of each `Either`, without absent ones."""
    if isinstance(value, Either):
        yield from options(value.then)
        yield from options(value.otherwise)
    elif not isinstance(value, Absent) and value is not None:
        yield value


def as_list(value: Value) -> list[Value]:
    """Return the entries of a list, or the one value as a list; branches of conditions are all listed."""
    entries: list[Value] = []
    for option in options(value):
        items = option if isinstance(option, list) else [option]
        entries.extend(choice for item in items for choice in options(item))
    return entries


def as_mapping(value: Value) -> Mapping[str, Value]:
    """Return the mapping that this value is, the first of several branches that is one, else an empty one."""
    return next((option for option in options(value) if isinstance(option, dict)), {})


def number(value: Value) -> float | None:
    """Return the number, also when it is written as text; None when it is unknown or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def flag(value: Value) -> bool | None:
    """Return the truth value, also when it is written as text; None when the templates do not say."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def text(value: Value) -> str | None:
    """Return the text when it is literal; None for references and whatever else is not text."""
    return value if isinstance(value, str) else None
