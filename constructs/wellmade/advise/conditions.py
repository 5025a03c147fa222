"""When a rule holds: what answers must be, each compared with a value, a limit of AWS, or another answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from operator import ge, gt, le, lt
from typing import Any

from wellmade.advise.fields import Value

_COMPARED = {"above": gt, "at_least": ge, "below": lt, "at_most": le}


@dataclass(frozen=True)
class Test:
    """One comparison of an answer.

    Args:
        field: Which answer, or what follows from answers.
        how: `above`, `at_least`, `below`, `at_most`, or `is`.
        limits: A number, a name of `wellmade.facts` or of another answer; or the texts of which it is one.
    """

    field: str
    how: str
    limits: tuple[str, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the answer is so."""
        value = values[self.field]
        if self.how == "is":
            return _text(value) in self.limits
        limit = self.limit(values)
        return (
            isinstance(value, int | float) and limit is not None and bool(_COMPARED[self.how](value, limit))
        )

    def limit(self, values: Mapping[str, Value]) -> float | None:
        """Return the number that the answer is compared with; None where it is no number."""
        if self.how == "is":
            return None
        text = self.limits[0]
        found = values[text] if text in values else fact(text)
        return float(found) if isinstance(found, int | float) else None


HOWS = (*_COMPARED, "is")


def fact(name: str) -> float:
    """Return a number, or the one that a name such as `lambda_.MEMORY.1` has in `wellmade.facts`.

    Raises:
        ValueError: If there is no such number.
    """
    try:
        return float(name)
    except ValueError:
        module, _, path = name.partition(".")
    try:
        found: Any = import_module(f"wellmade.facts.{module}")
        for step in path.split("."):
            found = found[int(step)] if step.lstrip("-").isdigit() else getattr(found, step)
        return float(found)
    except (ImportError, AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"{name} is no number, and none of wellmade.facts") from error


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"{value:g}" if isinstance(value, float | int) else value
