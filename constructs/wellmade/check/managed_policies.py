"""What AWS's own managed policies already grant to a role on every resource."""

import json
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from wellmade.graph import Graph, Resource, as_list, written

WIDE = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
"""What nothing that runs by itself should have; the rule `admin-policy` reports them."""
_OF_GROUPS = ("AWS::IAM::Group", "AWS::IAM::GroupPolicy")
_FILE = Path(__file__).parent / "data" / "managed_policies.json"


def roles_with(graph: Graph, policy: Resource) -> list[Resource]:
    """Return the roles that a policy applies to; a role that holds it inline is the one."""
    if policy.type == "AWS::IAM::Role":
        return [policy]
    named = [graph.target(value) for value in as_list(policy.get("Roles", policy.get("RoleName")))]
    # Only a managed policy can be attached from the role's side; others need no look at every role.
    holders = graph.of_type("AWS::IAM::Role") if policy.type == "AWS::IAM::ManagedPolicy" else []
    attached = [role for role in holders if policy in _own_managed(graph, role)]
    return [role for role in (*named, *attached) if role]


def holders_of(graph: Graph, policy: Resource) -> list[Resource]:
    """Return the roles and users of the templates that a policy applies to; none where others may have it."""
    if policy.type in ("AWS::IAM::Role", "AWS::IAM::User"):
        return [policy]
    named = [value for key in ("Users", "UserName") for value in as_list(policy.get(key))]
    users = [graph.target(value, "AWS::IAM::User") for value in named]
    others = policy.type in _OF_GROUPS or policy.get("Groups") is not None
    return [] if others or None in users else [*roles_with(graph, policy), *(user for user in users if user)]


def granted_anyway(graph: Graph, policy: Resource, action: str, *, besides: Collection[str] = ()) -> bool:
    """Tell whether every role that has this policy may do the action on `*` by a managed policy of AWS.

    Args:
        graph: The templates.
        policy: What grants the action, or the role itself.
        action: As it is written.
        besides: Managed policies that do not count. Default: all do.
    """
    roles = roles_with(graph, policy)
    return bool(roles) and all(_grants(role, action.lower(), besides) for role in roles)


def _grants(role: Resource, action: str, besides: Collection[str]) -> bool:
    names = [name for name in _names(role) if name not in besides]
    return any(fnmatchcase(action, pattern) for name in names for pattern in _patterns(name))


def _names(role: Resource) -> Iterator[str]:
    for value in as_list(role.get("ManagedPolicyArns")):
        yield written(value).rpartition("/")[2]


def _own_managed(graph: Graph, role: Resource) -> list[Resource | None]:
    given = as_list(role.get("ManagedPolicyArns"))
    return [graph.target(value, "AWS::IAM::ManagedPolicy") for value in given]


def _patterns(name: str) -> list[str]:
    return _policies().get(name, "").split()


@cache
def _policies() -> dict[str, str]:
    policies: dict[str, str] = json.loads(_FILE.read_text())
    return policies
