"""Which resources of one stack an update replaces or deletes, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.conditions import chosen_by, rules_of
from wellmade.upgrade.given import renewed
from wellmade.upgrade.schemas import Replacing, replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import Path, at, referred, shown


def fates(old: Written, new: Written, given: Mapping[str, Why] | None = None) -> dict[str, Why]:
    """Return what becomes of the resources that do not stay, by logical id.

    What refers to a replaced resource in a property that cannot change in place is replaced as well.

    Args:
        old: As it is deployed.
        new: As it is to be.
        given: Parameters of a nested stack that get another value, by name.
    """
    found, values = dict(_direct(old, new)), given or {}
    while more := dict(_following(old, new, found, values)):
        found |= more
    return found


def _direct(old: Written, new: Written) -> Iterator[tuple[str, Why]]:
    for name, before in old.resources.items():
        after = new.resources.get(name)
        if after is None:
            yield name, (Fate.DELETED, "it is not in the new template")
        elif after["Type"] != before["Type"]:
            yield name, (Fate.DELETED, f"its id is that of an {after['Type']} in the new template")
        elif why := _replaced(before, after) or _conditional(name, old, new) or _chosen(name, old, new):
            yield name, why


def _replaced(before: Mapping[str, Any], after: Mapping[str, Any]) -> Why | None:
    was, becomes = before["Properties"], after["Properties"]
    schema = replacing(before["Type"])
    if schema is None:
        return (Fate.NOT_JUDGED, "CloudFormation has no schema of its type") if was != becomes else None
    for fate, paths in ((Fate.REPLACED, schema.always), (Fate.PERHAPS, schema.perhaps)):
        for path in sorted(paths):
            if why := _differs(schema, path, was, becomes):
                return fate, why
    return None


def _differs(schema: Replacing, path: Path, was: Any, becomes: Any) -> str | None:
    default = schema.defaults.get(path)
    before, after = (default if (given := at(each, path)) is None else given for each in (was, becomes))
    if before == after:
        return None
    return f"{'.'.join(path)} changes from {shown(before)} to {shown(after)}"


def _conditional(name: str, old: Written, new: Written) -> Why | None:
    """Tell whether a condition may take away what was there."""
    was, becomes = (each.resources[name].get("Condition") for each in (old, new))
    if becomes is None:
        return None
    if was == becomes and rules_of(old, becomes) == rules_of(new, becomes):
        return None
    return Fate.PERHAPS, f"it is there under the condition {becomes}, which is new or another one"


def _chosen(name: str, old: Written, new: Written) -> Why | None:
    """Tell whether another value may be chosen for a property that cannot change in place."""
    resource = new.resources[name]
    schema = replacing(resource["Type"])
    for path in sorted(schema.always | schema.perhaps) if schema else ():
        for condition in sorted(chosen_by(at(resource["Properties"], path))):
            if rules_of(old, condition) != rules_of(new, condition):
                return (
                    Fate.PERHAPS,
                    f"{'.'.join(path)} is chosen by the condition {condition}, which is another one",
                )
    return None


def _following(
    old: Written, new: Written, found: Mapping[str, Why], given: Mapping[str, Why]
) -> Iterator[tuple[str, Why]]:
    anew = {name: (fate, f"which is {fate}") for name, fate in renewed(found).items()}
    anew |= {name: (fate, f"which {why}") for name, (fate, why) in given.items()}
    for name, after in new.resources.items():
        if name in old.resources and name not in found and (why := _replaced_with(after, anew)):
            yield name, why


def _replaced_with(resource: Mapping[str, Any], anew: Mapping[str, Why]) -> Why | None:
    """Return why a resource is replaced with others; that it is for certain goes before that it may be."""
    schema = replacing(resource["Type"])
    if schema is None:
        return None
    perhaps: Why | None = None
    for path in (*sorted(schema.always), *sorted(schema.perhaps)):
        for source in sorted(referred(at(resource["Properties"], path)) & anew.keys()):
            fate, said = anew[source]
            why = f"{'.'.join(path)} refers to {source}, {said}"
            if path in schema.always and fate is Fate.REPLACED:
                return Fate.REPLACED, why
            perhaps = perhaps or (Fate.PERHAPS, why)
    return perhaps
