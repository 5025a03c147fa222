"""Statements name actions that IAM knows."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.managed_policies import roles_with
from wellmade.check.policies import Granted, identity
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.actions import exists, nearest
from wellmade.facts.sdk_calls import meant_by
from wellmade.graph import Graph, Statement, Value, as_list


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in identity(graph):
        for action in statement.actions:
            whole = ":" in action and not {"*", "?", "$"} & set(action)
            if whole and exists(action) is False and _is_written(statement, action):
                yield _violation(graph, statement, action)


def _violation(graph: Graph, statement: Granted, action: str) -> Violation:
    called, near = meant_by(action), nearest(action)
    meant = f" (the call takes {' and '.join(called)})" if called else ""
    meant = meant or (f" (the nearest name is {near})" if near else "")
    found = statement.violation("Action", f"names {action}, which IAM does not know{meant}")
    names = called or ((near,) if near else ())
    where = _holds(graph, statement, names) if names else ""
    return replace(found, fix=f"remove it: {where} has {' and '.join(names)} already") if where else found


def _holds(graph: Graph, statement: Granted, names: tuple[str, ...]) -> str:
    """Return what has the names already, the statement or every role that has it; empty if neither does."""
    wanted = {name.lower() for name in names}
    if wanted <= {action.lower() for action in statement.actions}:
        return "the statement"
    resources = as_list(statement.entry.get("Resource"))
    roles = roles_with(graph, statement.policy)
    held = [
        {
            action.lower()
            for each in graph.statements_of(role)
            if _is_as_wide(each, resources)
            for action in each.actions
        }
        for role in roles
    ]
    return "the role" if held and all(wanted <= each for each in held) else ""


def _is_as_wide(other: Statement, resources: list[Value]) -> bool:
    is_free = other.effect == "Allow" and not other.conditions
    return is_free and ("*" in other.resources or list(other.resources) == resources)


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
