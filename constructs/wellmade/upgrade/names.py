"""Names that are taken as long as what has them is there, so that a second one of the name cannot be made."""

from collections.abc import Mapping
from typing import Any

from wellmade.facts.data_holders import NAMED
from wellmade.upgrade.change import Fate
from wellmade.upgrade.moves import Moves
from wellmade.upgrade.schemas import replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import at, referred, shown

_Resource = Mapping[str, Any]
_KNOWN_EVERYWHERE = ("AWS::S3::Bucket",)
"""Types of which each name is taken in all regions at once."""
_OF_A_STACK = ("AWS::StackId", "AWS::StackName")


def name_in_the_way(
    old: Written, new: Written | None, logical_id: str, fate: Fate, moves: Moves
) -> str | None:
    """Return the name that makes CloudFormation refuse what takes the place of a resource.

    It makes the new one before it deletes the old one, so that the name is taken.

    Args:
        old: The stack as it is deployed.
        new: As it is to be; None where it is not there any more.
        logical_id: The resource.
        fate: What becomes of it.
        moves: What takes the place of what.
    """
    before = old.resources[logical_id]
    if fate in (Fate.REPLACED, Fate.PERHAPS):
        after = new.resources.get(logical_id) if new else None
        # What a condition takes away has no successor whose name would be taken.
        is_away = fate is Fate.PERHAPS and "Condition" in (after or {})
        return None if is_away else _taken(before, after, old, new)
    if fate in (Fate.DELETED, Fate.LEFT) and (place := moves.successor(old.name, logical_id)):
        return _taken(before, place[1], old, place[0])
    return None


def _taken(before: _Resource, after: _Resource | None, old: Written, new: Written | None) -> str | None:
    """Return the name that both have."""
    schema = replacing(before["Type"])
    if after is None or new is None or schema is None or after["Type"] != before["Type"]:
        return None
    kind = before["Type"]
    if old.environment != new.environment and kind not in _KNOWN_EVERYWHERE:
        return None
    paths = {(NAMED[kind],)} if kind in NAMED else schema.names if schema.is_named else ()
    names = [(at(before["Properties"], path), at(after["Properties"], path)) for path in sorted(paths)]
    is_same_stack = old.name == new.name
    is_fixed = all(was == becomes and _is_fixed(was, is_same_stack=is_same_stack) for was, becomes in names)
    return " and ".join(shown(was) for was, _ in names) if names and is_fixed else None


def _is_fixed(name: Any, *, is_same_stack: bool) -> bool:
    """Tell whether the templates alone say what the name is."""
    parts = name["parts"] if isinstance(name, dict) and list(name) == ["parts"] else [name]
    varies = _OF_A_STACK if not is_same_stack else ()
    return all(
        isinstance(part, str)
        or (isinstance(part, dict) and list(part) == ["Ref"] and _is_settled(part, varies))
        for part in parts
    )


def _is_settled(part: Mapping[str, Any], varies: tuple[str, ...]) -> bool:
    return all(name.startswith("AWS::") and name not in varies for name in referred(part))
