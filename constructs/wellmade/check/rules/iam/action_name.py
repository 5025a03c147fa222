"""Statements name actions that IAM knows."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.policies import Granted, identity
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.actions import exists, nearest
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in identity(graph):
        for action in statement.actions:
            whole = ":" in action and not {"*", "?", "$"} & set(action)
            if whole and exists(action) is False and _is_written(statement, action):
                near = nearest(action)
                meant = f" (the nearest name is {near})" if near else ""
                found = statement.violation("Action", f"names {action}, which IAM does not know{meant}")
                has_it = bool(near) and str(near).lower() in map(str.lower, statement.actions)
                yield replace(found, fix=f"remove it: the statement has {near} already") if has_it else found


def _is_written(statement: Granted, action: str) -> bool:
    """Tell whether people wrote it: SAM's own policy templates name some that IAM does not know."""
    is_own = statement.policy is statement.resource
    return is_own or action in str(statement.resource.get("Policies"))


RULE = Rule(
    id="action-name",
    title="Statements name actions that IAM knows",
    severity=Severity.WARNING,
    explanation=(
        "IAM takes any name and allows nothing by one that it does not know: the call that was meant is "
        "denied. Operations and actions often differ in name, as HeadObject and s3:GetObject do."
    ),
    fix="remove it, or name the action that the Service Authorization Reference gives for the call",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    check=_check,
)
