"""Whether something holds of a value in every branch of its conditions."""

from collections.abc import Callable

from wellmade.check.certain import branches
from wellmade.graph import Value


def always(value: Value, holds: Callable[[Value], bool]) -> bool:
    """Tell whether something holds of the value whatever the conditions say."""
    return all(holds(branch) for branch in branches(value))


def is_always(value: Value, *wrong: str | None) -> bool:
    """Tell whether the value is one of these texts, or left out if None is one of them."""
    return always(value, lambda branch: isinstance(branch, str | None) and branch in wrong)
