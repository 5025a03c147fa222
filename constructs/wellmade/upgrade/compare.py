"""What the templates of an app do to what an earlier version of it has deployed."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.facts.data_holders import HOLDS_DATA
from wellmade.upgrade.change import Change, Fate, Upgrade, Why
from wellmade.upgrade.exports import broken_exports
from wellmade.upgrade.in_place import changed_in_place
from wellmade.upgrade.moves import Moves
from wellmade.upgrade.names import name_in_the_way
from wellmade.upgrade.outcome import outcome
from wellmade.upgrade.schemas import replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.trees import NESTED, fates_of_all
from wellmade.upgrade.values import at, shown


def compare(old: Mapping[str, Written], new: Mapping[str, Written]) -> Upgrade:
    """Return all that an update of every stack does.

    Args:
        old: What is deployed, by name.
        new: What is to be deployed.
    """
    moves = Moves(old, new)
    gone = [name for name, stack in old.items() if name not in new and not stack.is_nested]
    known = fates_of_all(old, new)
    found = [
        change for name, stack in old.items() for change in _changes(name, stack, new, moves, gone, known)
    ]
    return Upgrade(tuple(sorted(found, key=_weight)), tuple(broken_exports(old, new, known)), tuple(gone))


def _moves_away(old: Written, new: Written) -> bool:
    """Tell whether a stack is to be in another region, where it begins anew."""
    regions = (old.region, new.region)
    return all(regions) and regions[0] != regions[1] and old.account == new.account


def _changes(
    name: str,
    old: Written,
    new: Mapping[str, Written],
    moves: Moves,
    gone: list[str],
    known: Mapping[str, Mapping[str, Why]],
) -> Iterator[Change]:
    if name in new and _moves_away(old, new[name]):
        why = f"its stack goes from {old.region} to {new[name].region}, and the deployed one stays"
        for logical_id in _holders(old):
            yield _change(old, None, logical_id, Fate.LEFT, why, moves)
    elif name in new:
        for logical_id, (fate, why) in known[name].items():
            yield _change(old, new[name], logical_id, fate, why, moves)
        yield from _in_place(old, new[name], known[name])
    elif _is_below(name, gone):
        for logical_id in old.resources:
            if moves.target(name, logical_id):
                why = "its stack is no longer in the app, and stays as it is"
                yield _change(old, None, logical_id, Fate.LEFT, why, moves)
    elif not _is_nested_still(name, new):
        for logical_id in old.resources:
            yield _change(old, None, logical_id, Fate.DELETED, "its nested stack is gone", moves)


def _in_place(old: Written, new: Written, known: Mapping[str, Why]) -> Iterator[Change]:
    """Yield what stays and loses a part of what it holds, or what guards it."""
    for logical_id in set(_holders(old)) - known.keys():
        before, after = (each.resources[logical_id] for each in (old, new))
        if found := changed_in_place(before, after):
            lost = [each for each in found if each.loses] or found
            yield Change(
                stack=old.name,
                logical_id=logical_id,
                type=before["Type"],
                fate=Fate.CHANGED,
                why="; ".join(each.why for each in lost),
                holds_data=True,
                loses=lost[0].loses,
                data=lost[0].data,
                fix=lost[0].fix if lost[0].loses else "",
            )


def _holders(stack: Written) -> Iterator[str]:
    return (name for name, each in stack.resources.items() if each["Type"] in HOLDS_DATA)


def _is_below(name: str, gone: list[str]) -> bool:
    return any(f"{name}/".startswith(f"{each}/") for each in gone)


def _is_nested_still(name: str, new: Mapping[str, Written]) -> bool:
    """Tell whether only its template was not given; it is the nested stack itself that is told of then."""
    above, _, logical_id = name.rpartition("/")
    return above in new and new[above].resources.get(logical_id, {}).get("Type") == NESTED


def _change(old: Written, new: Written | None, logical_id: str, fate: Fate, why: str, moves: Moves) -> Change:
    before = old.resources[logical_id]
    after = new.resources.get(logical_id) if new else None
    target = moves.target(old.name, logical_id) if fate in (Fate.DELETED, Fate.LEFT) else None
    is_unread = before["Type"] == NESTED and fate is Fate.NOT_JUDGED
    holds = before["Type"] in HOLDS_DATA or is_unread
    name = name_in_the_way(old, new, logical_id, fate, moves)
    found = outcome(before, after, fate, target, is_nested=old.is_nested, taken=name) if holds else None
    return Change(
        stack=old.name,
        logical_id=logical_id,
        type=before["Type"],
        fate=fate,
        why=why,
        holds_data=holds,
        loses=bool(found and found.loses),
        refused=bool(found and found.refused),
        data=found.data if found else "",
        fix=found.fix if found else "",
        renamed=_renamed(before, after),
        moved_to=target,
    )


def _renamed(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> tuple[str, str] | None:
    schema = replacing(before["Type"])
    if after is None or schema is None or after["Type"] != before["Type"]:
        return None
    for path in sorted(schema.names):
        names = [at(each["Properties"], path) for each in (before, after)]
        if names[0] != names[1]:
            return shown(names[0]), shown(names[1])
    return None


def _weight(change: Change) -> tuple[bool, bool, str, str]:
    return not change.loses, not change.holds_data, change.stack, change.logical_id
