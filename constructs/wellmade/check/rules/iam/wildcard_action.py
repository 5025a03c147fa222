"""Permissions name their actions."""

from collections.abc import Iterator

from wellmade.check.managed_policies import WIDE, granted_anyway
from wellmade.check.policies import Granted, identity
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, document

_SMALL = ("ec2messages:*", "ssmmessages:*")
"""Services that have a handful of actions, of which their agent uses every one."""


def _check(graph: Graph) -> Iterator[Violation]:
    boundaries = _boundaries(graph)
    for statement in identity(graph):
        if statement.policy in boundaries or statement.restricts or _may_be_boundary(statement):
            continue
        wide = [
            action
            for action in statement.actions
            if _is_wide(action) and not granted_anyway(graph, statement.policy, action, besides=WIDE)
        ]
        if wide:
            yield statement.violation(
                "Action", f"allows {', '.join(wide)}, must name the actions that are called"
            )
        elif "NotAction" in statement.entry and not statement.actions:
            yield statement.violation(
                "NotAction", "allows all actions but a few, must name those that are called"
            )


def _is_wide(action: str) -> bool:
    return action == "*" or (action.endswith(":*") and action not in _SMALL)


def _boundaries(graph: Graph) -> set[Resource | None]:
    """Return the policies that limit others; they list services, and grant nothing themselves."""
    holders = graph.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::Serverless::Function")
    return {graph.target(holder.get("PermissionsBoundary")) for holder in holders}


def _may_be_boundary(statement: Granted) -> bool:
    """Tell whether this is a managed policy with denials that nobody here is given."""
    policy = statement.policy
    if policy.type != "AWS::IAM::ManagedPolicy" or any(
        policy.get(key) for key in ("Roles", "Users", "Groups")
    ):
        return False
    entries = as_list(as_mapping(document(policy.get("PolicyDocument"))).get("Statement"))
    return any(isinstance(entry, dict) and entry.get("Effect") == "Deny" for entry in entries)


RULE = Rule(
    id="wildcard-action",
    title="Permissions name their actions",
    severity=Severity.WARNING,
    explanation=(
        "Whoever takes over the code that holds this permission can delete and give away what the code only "
        "reads. Actions that AWS adds later are granted as well, without anybody looking."
    ),
    fix="list the actions that the code calls",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    check=_check,
    within=("admin-policy",),
)
