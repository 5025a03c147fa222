"""What a resource loses while it stays: a shorter retention, an end of backups, an expiry that begins."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wellmade.facts.losses_in_place import (
    COPIES,
    EVER,
    EXPIRY,
    GENERATED,
    GUARDS,
    RECOVERY,
    RETENTION,
    ZERO_IS_EVER,
)
from wellmade.upgrade.expiry_rules import newly_expiring
from wellmade.upgrade.values import at, shown

_NONE: Mapping[str, float] = {}
_BACK = "take the change back, or copy what is to be kept first"


@dataclass(frozen=True)
class InPlace:
    """One property that changes, and what that does."""

    why: str
    data: str
    fix: str = _BACK
    loses: bool = True


_Resource = Mapping[str, Any]


def changed_in_place(before: _Resource, after: _Resource) -> list[InPlace]:
    """Return what a resource loses while it stays, and which guard against a loss it gives up.

    Values that only deployment tells are not judged.

    Args:
        before: As it is deployed.
        after: As it is to be, of the same type.
    """
    judges: tuple[_Judge, ...] = (_shorter, _without_recovery, _expiring, _generated, _copies, _unguarded)
    return [each for judge in judges for each in judge(before["Type"], before, after)]


_Judge = Callable[[str, _Resource, _Resource], Iterator[InPlace]]


def _shorter(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    for path, default in RETENTION.get(kind, _NONE).items():
        for was, becomes in _pairs(path, before, after):
            longest, then = (_duration(kind, each, default) for each in (was, becomes))
            if longest is not None and then is not None and then < longest:
                why = f"{path} changes from {shown(was)} to {shown(becomes)}"
                yield InPlace(why, "it stays, and what it keeps for longer than that is deleted")


def _without_recovery(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    path = RECOVERY.get(kind, "")
    if path and any(was == "true" and _is_off(becomes) for was, becomes in _pairs(path, before, after)):
        yield InPlace(f"{path} is switched off", "it stays, and no earlier state of it can be restored")


def _expiring(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    if kind == "AWS::S3::Bucket":
        for rule in newly_expiring(before["Properties"], after["Properties"]):
            yield InPlace(rule, "it stays, and what is older already is deleted")
    path = EXPIRY.get(kind, "")
    was, becomes = (each["Properties"].get(path) for each in (before, after))
    if becomes != was and not _is_without_expiry(becomes):
        why = f"{path} changes from {shown(was)} to {shown(becomes)}"
        yield InPlace(why, "it stays, and what is due by it already is deleted")


def _generated(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    path = GENERATED.get(kind, "")
    was, becomes = (each["Properties"].get(path) for each in (before, after))
    if becomes is not None and was != becomes:
        data = "it stays with another value, which who has the one of before does not know"
        fix = "take the change back, or rotate it together with what it opens"
        yield InPlace(f"{path} changes, and generates another value", data, fix)


def _copies(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    path, name = COPIES.get(kind, ("", ""))
    was, becomes = (at(each["Properties"], (path, "*", name)) for each in (before, after))
    if not isinstance(was, list) or not all(isinstance(each, str) for each in [*was, *(becomes or [])]):
        return
    for gone in sorted({*was} - {*(becomes or [])}):
        data = "it stays in the other regions, and the one there is deleted with its backups"
        yield InPlace(f"{path} is without {gone}", data, "see first that nobody reads or writes there")


def _unguarded(kind: str, before: _Resource, after: _Resource) -> Iterator[InPlace]:
    path, guarding = GUARDS.get(kind, ("", ""))
    for was, becomes in _pairs(path, before, after) if path else ():
        if was == guarding and (becomes is None or (isinstance(becomes, str) and becomes != guarding)):
            why = f"{path} changes from {shown(was)} to {shown(becomes)}"
            yield InPlace(why, "it stays, with one guard less against a later loss", loses=False)
            return


def _pairs(path: str, before: _Resource, after: _Resource) -> list[tuple[Any, Any]]:
    """Return what stands at a path before and after; of a list that grows or shrinks nothing."""
    was, becomes = (at(each["Properties"], tuple(path.split("."))) for each in (before, after))
    if isinstance(was, list) and isinstance(becomes, list):
        return list(zip(was, becomes, strict=True)) if len(was) == len(becomes) else []
    return [(was, becomes)]


def _duration(kind: str, value: Any, default: float) -> float | None:
    """Return how long something is kept; None where only deployment tells."""
    if value is None:
        return default
    if not isinstance(value, str) or not value.isdigit():
        return None
    return EVER if kind in ZERO_IS_EVER and int(value) == 0 else int(value)


def _is_off(value: Any) -> bool:
    return value in (None, "false")


def _is_without_expiry(value: Any) -> bool:
    return value in (None, "0") or (isinstance(value, dict) and value.get("Enabled") == "false")
