"""Values that a stack gives to one nested in it, and which an update changes."""

from collections.abc import Mapping
from typing import Any

from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import referred, shown


def parameters_given(old: Written, new: Written, nested: str, found: Mapping[str, Why]) -> dict[str, Why]:
    """Return the parameters that a nested stack gets another value for, by name.

    Args:
        old: What nests it, as it is deployed.
        new: What nests it, as it is to be.
        nested: Its logical id there.
        found: What becomes of the resources beside it.
    """
    was, becomes = (_parameters(each, nested) for each in (old, new))
    anew = renewed(found)
    changed: dict[str, Why] = {}
    for name in was.keys() & becomes.keys():
        sources = [anew[source] for source in sorted(referred(becomes[name]) & anew.keys())]
        if was[name] != becomes[name]:
            is_told = isinstance(was[name], str) and isinstance(becomes[name], str)
            fate = Fate.REPLACED if is_told else Fate.PERHAPS
            changed[name] = (fate, f"changes from {shown(was[name])} to {shown(becomes[name])}")
        elif sources:
            fate = Fate.REPLACED if Fate.REPLACED in sources else Fate.PERHAPS
            changed[name] = (fate, f"is of {shown(becomes[name])}, which is {fate}")
    return changed


def _parameters(stack: Written, nested: str) -> Mapping[str, Any]:
    given = stack.resources.get(nested, {}).get("Properties", {}).get("Parameters")
    return given if isinstance(given, dict) else {}


def renewed(found: Mapping[str, Why]) -> dict[str, Fate]:
    """Return what is replaced, or may be, by logical id."""
    return {name: fate for name, (fate, _) in found.items() if fate in (Fate.REPLACED, Fate.PERHAPS)}
