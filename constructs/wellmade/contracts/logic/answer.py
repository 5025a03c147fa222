"""What a search for a value ends with."""

from dataclasses import dataclass
from typing import Any

from wellmade.contracts.logic.node import Node

Literal = tuple[bool, bool, Node]
"""Whether the allowing schema says it, whether it must hold, and the formula."""
State = frozenset[Literal]


@dataclass(frozen=True)
class Found:
    """A value that fulfils all.

    Args:
        value: The value.
        size: How many values are in it. Default: one.
    """

    value: Any
    size: int = 1


@dataclass(frozen=True)
class Nothing:
    """No value can."""


@dataclass(frozen=True)
class Unknown:
    """None was found, and it is not known that there is none."""

    reason: str


Answer = Found | Nothing | Unknown
NOTHING = Nothing()
LARGEST = 5_000
"""Values in an event that anybody would read, or a validator could."""


def bounded(value: Any, size: int) -> Answer:
    """Return a value that was put together of others, unless it is too large."""
    return Found(value, size) if size <= LARGEST else Unknown("only an event too large to show was found")


class Tried:
    """The answer over several ways: found in one, impossible in all, or unknown."""

    def __init__(self) -> None:
        self._unknown: Unknown | None = None

    def note(self, answer: Answer) -> None:
        """Note how a way ended, if not with a value."""
        if isinstance(answer, Unknown) and self._unknown is None:
            self._unknown = answer

    @property
    def answer(self) -> Answer:
        """What all ways together say."""
        return self._unknown or NOTHING
