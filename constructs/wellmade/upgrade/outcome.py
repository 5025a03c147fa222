"""What becomes of what a resource holds, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade.facts.deletion import KEPT
from wellmade.upgrade.change import Fate

_BY_SNAPSHOT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
"""Types of which a snapshot is left where no policy says otherwise."""

_EMPTIED = {
    "AWS::ECR::Repository": {"Key": "aws-cdk:auto-delete-images", "Value": "true"},
    "AWS::S3::Bucket": {"Key": "aws-cdk:auto-delete-objects", "Value": "true"},
}
"""Tags of what the CDK's own resources empty before CloudFormation deletes it."""

_KEEP_ID = "keep its logical id (`override_logical_id`)"


@dataclass(frozen=True)
class Outcome:
    """What becomes of it."""

    data: str
    fix: str = ""
    loses: bool = True
    refused: bool = False
    """Whether CloudFormation refuses the update, which then loses nothing."""


_SAID = {
    Fate.NOT_JUDGED: Outcome(
        "nobody can tell whether it stays", "expand the template, or look at a change set"
    ),
    Fate.EMPTIED: Outcome(
        "it stays, and all that it holds is deleted",
        "keep the logical id of what empties it too, or end auto_delete_objects in a deployment before",
    ),
}


def outcome(
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
    fate: Fate,
    target: str | None,
    *,
    is_nested: bool = False,
    taken: str | None = None,
) -> Outcome | None:
    """Return what becomes of what a resource holds.

    Args:
        before: As it is deployed.
        after: As it is to be; None where it is gone.
        fate: What becomes of the resource.
        target: What takes its place.
        is_nested: Whether it is in a nested stack, of which `cdk refactor` moves nothing.
        taken: The name that both have; CloudFormation makes no second one of it.
    """
    way = None if target is None else _way(target, is_nested=is_nested)
    if _is_of_a_cluster(before):
        return None
    if fate in _SAID:
        return _SAID[fate]
    if taken is not None:
        return _refused(taken, target, way, perhaps=fate is Fate.PERHAPS)
    if fate is Fate.LEFT:
        return _left(target, way)
    if fate is Fate.DELETED:
        return _deleted(before, target, way)
    return _replaced(before, after or {}, perhaps=fate is Fate.PERHAPS)


def _way(target: str, *, is_nested: bool) -> str:
    if is_nested or target.count("/") > 1:
        return "copy what it holds"
    return "move it with `cdk refactor` (--mapping prints it)"


def _refused(taken: str, target: str | None, way: str | None, *, perhaps: bool) -> Outcome:
    data = f"the deployment fails, and it stays as it is: its name, {taken}, is taken as long as it is there"
    if target is None:
        fix = "take the change back, or give the new one another name, copy what this holds, and then switch"
    else:
        fix = f"{_KEEP_ID}, or {way}"
    return Outcome(f"if so, {data}" if perhaps else data, fix, refused=True)


def _left(target: str | None, way: str | None) -> Outcome:
    if target is None:
        fix = "define a second stack there, copy what this one holds, and then switch"
        return Outcome("it stays where it is, and the new one begins empty", fix)
    return Outcome(
        f"it stays where it is, and {target} begins empty", f"{way} before the stack goes: {target}"
    )


def _deleted(before: Mapping[str, Any], target: str | None, way: str | None) -> Outcome:
    policy = _policy(before, "DeletionPolicy") or _by_default(before)
    data, loses = {
        **dict.fromkeys(KEPT, ("it stays, outside of the stack", False)),
        "Snapshot": ("a snapshot of it stays", False),
    }.get(policy, ("it is deleted", True))
    if is_emptied(before) and not loses:
        data, loses = "it stays, but the CDK empties it first (auto_delete_objects)", True
    elif loses and before["Type"] == "AWS::S3::Bucket" and not is_emptied(before):
        # CloudFormation deletes only empty buckets; what empties one before is a resource of its own.
        data, loses = (
            "it stays unless something empties it first, since only empty buckets are deleted",
            False,
        )
    if target:
        return Outcome(f"{data}, and {target} begins empty", f"{_KEEP_ID}, or {way}")
    fix = "set DeletionPolicy to Retain in a deployment before this one" if loses else ""
    return Outcome(data, fix, loses)


def _replaced(before: Mapping[str, Any], after: Mapping[str, Any], *, perhaps: bool) -> Outcome:
    policies = {_policy(each, "UpdateReplacePolicy") or "Delete" for each in (before, after)}
    if policies <= {*KEPT}:
        data = "the old one stays, outside of the stack, and the new one begins empty"
    elif policies <= {*KEPT, "Snapshot"}:
        data = "a snapshot of the old one stays, and the new one begins empty"
    else:
        data = "the old one is deleted once the new one is there, and the new one begins empty"
    fix = "take the change back, or define a second one beside it, copy what it holds, and then switch"
    return Outcome(f"if so, {data}" if perhaps else data, fix)


def is_emptied(resource: Mapping[str, Any]) -> bool:
    """Tell whether the CDK's own resource empties it, once that one goes."""
    tag, tags = _EMPTIED.get(resource["Type"]), resource["Properties"].get("Tags")
    return isinstance(tags, list) and tag in tags


def _policy(resource: Mapping[str, Any], name: str) -> str | None:
    """Return a policy; one that only deployment tells is none."""
    policy = resource.get(name)
    return policy if isinstance(policy, str) else None


def _by_default(resource: Mapping[str, Any]) -> str:
    is_left_open = "DeletionPolicy" in resource
    return "Snapshot" if resource["Type"] in _BY_SNAPSHOT and not is_left_open else "Delete"


def _is_of_a_cluster(resource: Mapping[str, Any]) -> bool:
    return resource["Type"].endswith("::DBInstance") and "DBClusterIdentifier" in resource["Properties"]
