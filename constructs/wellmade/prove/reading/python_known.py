"""What names hold, as far as it became known while code was read, again and again."""

from collections.abc import Hashable
from typing import Any


class Known:
    """The values of names. A later reading of an expression goes before an earlier one, which knew less."""

    def __init__(self) -> None:
        self.changed: list[str] = []
        """Names of which something new became known, in that order."""
        self._values: dict[str, list[Any]] = {}
        self._read: dict[str, dict[Hashable, Any]] = {}

    def of(self, name: str) -> list[Any]:
        """Return what a name may hold."""
        return self._values.get(name, [])

    def keep(self, name: str, value: Any, expression: Hashable) -> None:
        """Keep what an expression gives to a name."""
        read = self._read.setdefault(name, {})
        if expression in read and read[expression] == value:
            return
        read[expression] = value
        found: list[Any] = []
        found.extend(each for each in read.values() if each not in found)
        if found != self._values.get(name):
            self._values[name] = found
            self.changed.append(name.rpartition(":")[2].removesuffix("()"))
