"""What conditions and maps switch: whether a resource is there, and which value it gets."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.conditions import chosen_by, is_another, looks_up_another, rules_of
from wellmade.upgrade.schemas import replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import at, referred


def conditional(name: str, old: Written, new: Written) -> Why | None:
    """Tell whether a condition may take away what was there."""
    was, becomes = (each.resources[name].get("Condition") for each in (old, new))
    if not isinstance(becomes, str):
        return None
    if was == becomes and not is_another(old, new, becomes):
        return None
    return Fate.PERHAPS, f"it is there under the condition {becomes}, which is new or another one"


def chosen(name: str, old: Written, new: Written) -> Why | None:
    """Tell whether another value may be chosen for a property that cannot change in place."""
    resource = new.resources[name]
    schema = replacing(resource["Type"])
    for path in sorted(schema.always | schema.perhaps) if schema else ():
        value = at(resource["Properties"], path)
        for condition in sorted(chosen_by(value)):
            if is_another(old, new, condition):
                return (
                    Fate.PERHAPS,
                    f"{'.'.join(path)} is chosen by the condition {condition}, which is another one",
                )
        if looks_up_another(old, new, value):
            return Fate.PERHAPS, f"{'.'.join(path)} is looked up in a map, which has other values"
    return None


def switched(
    old: Written, new: Written, found: Mapping[str, Why], given: Mapping[str, Why]
) -> Iterator[tuple[str, Why]]:
    """Yield what a condition may take away, or choose another value for, as a parameter changes."""
    for name, after in new.resources.items():
        if name not in old.resources or name in found or not given:
            continue
        for condition in _conditions(after):
            for parameter in sorted(referred(rules_of(new, condition)) & given.keys()):
                why = f"the condition {condition} refers to {parameter}, which {given[parameter][1]}"
                yield name, (Fate.PERHAPS, why)


def _conditions(resource: Mapping[str, Any]) -> list[str]:
    """Return the conditions by which a resource is there, or is another one."""
    schema, own = replacing(resource["Type"]), resource.get("Condition")
    paths = sorted(schema.always | schema.perhaps) if schema else ()
    chosen = set[str]().union(*(chosen_by(at(resource["Properties"], path)) for path in paths))
    return sorted(chosen | ({own} if isinstance(own, str) else set()))
