"""What replaces a resource by AWS's pages, and what the schemas have no mark for."""

from collections.abc import Mapping
from typing import Any

from wellmade.facts.data_holders import NEVER_REMOVED, TYPED, UNLESS_POLICY
from wellmade.upgrade.values import shown

_Resource = Mapping[str, Any]


def unmarked(before: _Resource, after: _Resource) -> str | None:
    """Return why it is replaced: for want of a policy, by a removal, or by another type of an attribute."""
    return _without_policy(before, after) or _removed(before, after) or _typed(before, after)


def _without_policy(before: _Resource, after: _Resource) -> str | None:
    name, policy = UNLESS_POLICY.get(before["Type"], ("", ""))
    was, becomes = (each["Properties"].get(name) for each in (before, after))
    given = after.get("UpdatePolicy")
    if was == becomes or (isinstance(given, dict) and str(given.get(policy)).lower() == "true"):
        return None
    return f"{name} changes from {shown(was)} to {shown(becomes)}, without UpdatePolicy.{policy}"


def _removed(before: _Resource, after: _Resource) -> str | None:
    name = NEVER_REMOVED.get(before["Type"], "")
    is_removed = name in before["Properties"] and name not in after["Properties"]
    return f"{name} is removed" if is_removed else None


def _typed(before: _Resource, after: _Resource) -> str | None:
    name = TYPED.get(before["Type"], "")
    was, becomes = (_types(each["Properties"].get(name)) for each in (before, after))
    for attribute in sorted(was.keys() & becomes.keys()):
        if was[attribute] != becomes[attribute]:
            types = f"from {shown(was[attribute])} to {shown(becomes[attribute])}"
            return f"{name}: {attribute} changes {types}"
    return None


def _types(attributes: Any) -> dict[str, Any]:
    found = [each for each in attributes if isinstance(each, dict)] if isinstance(attributes, list) else []
    return {each["AttributeName"]: each.get("AttributeType") for each in found if _is_named(each)}


def _is_named(attribute: Mapping[str, Any]) -> bool:
    return isinstance(attribute.get("AttributeName"), str)
