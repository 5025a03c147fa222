"""Values that a stack gives to one nested in it, or gets from it, and which an update changes."""

from collections.abc import Mapping
from typing import Any

from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.conditions import looks_up_another
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import referred, shown, told

Two = tuple[Written, Written]
"""A stack as it is deployed, and as it is to be."""


def parameters_given(above: Two, inner: Two, nested: str, anew: Mapping[str, Fate]) -> dict[str, Why]:
    """Return the parameters that a nested stack gets another value for, by name.

    CloudFormation takes the default of one that the nesting stack does not give.

    Args:
        above: What nests it.
        inner: The nested stack.
        nested: Its logical id there.
        anew: What is made anew beside it, as `renewed` and `outputs_anew` tell.
    """
    was, becomes = (_parameters(*both, nested) for both in zip(above, inner, strict=True))
    changed: dict[str, Why] = {}
    for name in was.keys() & becomes.keys():
        sources = [anew[source] for source in sorted(referred(becomes[name]) & anew.keys())]
        if was[name] != becomes[name]:
            is_told = isinstance(was[name], str) and isinstance(becomes[name], str)
            fate = Fate.REPLACED if is_told else Fate.PERHAPS
            changed[name] = (fate, told(name, was[name], becomes[name]))
        elif sources:
            fate = Fate.REPLACED if Fate.REPLACED in sources else Fate.PERHAPS
            changed[name] = (fate, f"is of {shown(becomes[name])}, which is {fate}")
        elif looks_up_another(*above, becomes[name]):
            changed[name] = (Fate.PERHAPS, "is looked up in a map, which has other values")
    return changed


def outputs_anew(inner: Two, nested: str, anew: Mapping[str, Fate]) -> dict[str, Fate]:
    """Return the outputs of a nested stack that get another value, as what nests it refers to them.

    Args:
        inner: The nested stack.
        nested: Its logical id in what nests it.
        anew: What is made anew in it.
    """
    was, becomes = (_outputs(each) for each in inner)
    changed: dict[str, Fate] = {}
    for name in was.keys() & becomes.keys():
        fates = [anew[source] for source in referred(becomes[name]) & anew.keys()]
        if was[name] != becomes[name] or fates:
            fate = Fate.REPLACED if Fate.REPLACED in fates else Fate.PERHAPS
            changed[f"{nested}.Outputs.{name}"] = fate
    return changed


def renewed(found: Mapping[str, Why], of: Written) -> dict[str, Fate]:
    """Return what is replaced, or may be, by logical id; what nobody can judge may be.

    What SAM makes of its types keeps its name as its code changes, which is what changes most.

    Args:
        found: What becomes of the resources of a stack.
        of: The stack.
    """
    anew = {Fate.REPLACED: Fate.REPLACED, Fate.PERHAPS: Fate.PERHAPS, Fate.NOT_JUDGED: Fate.PERHAPS}
    return {
        name: anew[fate]
        for name, (fate, _) in found.items()
        if fate in anew
        and not (fate is Fate.NOT_JUDGED and of.resources[name]["Type"].startswith("AWS::Serverless::"))
    }


def _parameters(above: Written, inner: Written, nested: str) -> dict[str, Any]:
    declared = inner.section("Parameters").items()
    defaults = {
        name: each["Default"] for name, each in declared if isinstance(each, dict) and "Default" in each
    }
    given = above.resources.get(nested, {}).get("Properties", {}).get("Parameters")
    return {**inner.canonical(defaults), **(given if isinstance(given, dict) else {})}


def _outputs(stack: Written) -> dict[str, Any]:
    outputs = stack.section("Outputs").items()
    return {name: stack.canonical(each.get("Value")) for name, each in outputs if isinstance(each, dict)}
