"""Rules by which a bucket deletes what it holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.values import at, shown

_Properties = Mapping[str, Any]
_ENDS = {
    "ExpirationInDays": ("ExpirationInDays",),
    "NoncurrentVersionExpirationInDays": ("NoncurrentVersionExpirationInDays",),
    "NoncurrentVersionExpiration": ("NoncurrentVersionExpiration", "NoncurrentDays"),
}
"""What deletes after some days, and where a rule has them; a date has none."""
_SCOPE = ("Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
"""What tells which objects a rule is for."""


def newly_expiring(before: _Properties, after: _Properties) -> Iterator[str]:
    """Yield what a rule is to delete that none of before did, or later.

    Args:
        before: Properties of the bucket as it is deployed.
        after: As it is to be.
    """
    known = list(_rules(before))
    for rule in _rules(after):
        for name, path in _ENDS.items():
            days = at(rule, path)
            covering = [at(each, path) for each in known if _covers(each, rule)]
            if _number(days) is not None and not any(_is_as_soon(each, days) for each in covering):
                was = min(filter(_number, covering), key=lambda each: _number(each) or 0, default=None)
                yield f"LifecycleConfiguration: {name} changes from {shown(was)} to {shown(days)}"
        date = rule.get("ExpirationDate")
        if date is not None and not any(_covers(each, rule) and each.get("ExpirationDate") for each in known):
            yield f"LifecycleConfiguration: ExpirationDate changes from nothing to {shown(date)}"


def _rules(properties: _Properties) -> Iterator[dict[str, Any]]:
    rules = at(properties, ("LifecycleConfiguration", "Rules"))
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and rule.get("Status") == "Enabled":
            yield rule


def _covers(rule: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a rule is for all that another one is for."""
    return all(rule.get(name) in (None, other.get(name)) for name in _SCOPE)


def _is_as_soon(days: Any, than: Any) -> bool:
    was, becomes = _number(days), _number(than)
    return was is not None and becomes is not None and was <= becomes


def _number(days: Any) -> int | None:
    return int(days) if isinstance(days, str) and days.isdigit() else None
