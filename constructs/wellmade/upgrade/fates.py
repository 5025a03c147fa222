"""Which resources of one stack an update replaces or deletes, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.given import renewed
from wellmade.upgrade.outcome import is_emptied
from wellmade.upgrade.schemas import Replacing, replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.switches import chosen, conditional, switched
from wellmade.upgrade.unmarked import unmarked
from wellmade.upgrade.values import Path, at, referred, told

_EMPTIES = ("Custom::ECRAutoDeleteImages", "Custom::S3AutoDeleteObjects")
"""The CDK's resources that empty a bucket or a repository when they are deleted."""


def fates(old: Written, new: Written, given: Mapping[str, Why] | None = None) -> dict[str, Why]:
    """Return what becomes of the resources that do not stay, by logical id.

    What refers to a replaced resource in a property that cannot change in place is replaced as well.

    Args:
        old: As it is deployed.
        new: As it is to be.
        given: What gets another value elsewhere: parameters of a nested stack by name, outputs of one that
            is nested here as `Inner.Outputs.Name`.
    """
    found, values = dict(_direct(old, new)), given or {}
    found |= dict(switched(old, new, found, values))
    found = {**dict(_emptied(old, new)), **found}
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
        elif why := _replaced(before, after) or conditional(name, old, new) or chosen(name, old, new):
            yield name, why


def _emptied(old: Written, new: Written) -> Iterator[tuple[str, Why]]:
    """Yield what stays, by its tag to be emptied, while the resource that does so goes."""
    for name, before in old.resources.items():
        if before["Type"] in _EMPTIES and name not in new.resources:
            for target in sorted(referred(before["Properties"]) & new.resources.keys()):
                if is_emptied(new.resources[target]):
                    yield target, (Fate.EMPTIED, f"{name} is not in the new template, and empties it")


def _replaced(before: Mapping[str, Any], after: Mapping[str, Any]) -> Why | None:
    was, becomes = before["Properties"], after["Properties"]
    schema = replacing(before["Type"])
    if schema is None:
        return (Fate.NOT_JUDGED, "CloudFormation has no schema of its type") if was != becomes else None
    for path in sorted(schema.always):
        if why := _differs(schema, path, was, becomes):
            return Fate.REPLACED, why
    if why := unmarked(before, after):
        return Fate.REPLACED, why
    for path in sorted(schema.perhaps):
        if why := _differs(schema, path, was, becomes):
            return Fate.PERHAPS, why
    return None


def _differs(schema: Replacing, path: Path, was: Any, becomes: Any) -> str | None:
    default = schema.defaults.get(path)
    before, after = (default if (given := at(each, path)) is None else given for each in (was, becomes))
    if before == after:
        return None
    return f"{'.'.join(path)} {told(path[-1], before, after)}"


def _following(
    old: Written, new: Written, found: Mapping[str, Why], given: Mapping[str, Why]
) -> Iterator[tuple[str, Why]]:
    anew = {name: (fate, f"which is {found[name][0]}") for name, fate in renewed(found, old).items()}
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
