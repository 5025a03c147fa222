"""From the graph to what is compared: a function's role, its policies and those of what it touches."""

from collections.abc import Iterable, Mapping
from typing import Any

from wellmade.graph import Attribute, Graph, Resource, Statement, Value, as_mapping, statements_in
from wellmade.prove.naming import ACCOUNT, Names, concrete
from wellmade.prove.policy import Policy
from wellmade.prove.report import Role
from wellmade.prove.usage import Declared


def role_behind(graph: Graph, function: Resource, names: Names) -> Role | None:
    """Return the role with which a function works, ARNs as in its tests; None if it is not here."""
    role = graph.role_of(function)
    if role is None:
        return None
    return Role(
        arn=f"arn:aws:iam::{ACCOUNT}:role/{role.logical_id}",
        policies=[_policy(graph, graph.statements_of(function), names, role.logical_id)],
        boundary=_boundary(graph, role, names),
        resource_policies=dict(_resource_policies(graph, names)),
        declared=list(_declared(role)),
    )


def _policy(
    graph: Graph, statements: Iterable[Statement], names: Names, where: str, *, kind: str = "identity"
) -> Policy:
    document = {
        "Version": "2012-10-17",
        "Statement": [_document(graph, statement, names) for statement in statements],
    }
    return Policy.parse(document, where, "resource" if kind == "resource" else "identity")


def _document(graph: Graph, statement: Statement, names: Names) -> dict[str, Any]:
    written: dict[str, Any] = {"Effect": statement.effect}
    elements: dict[str, list[str]] = {
        "Action": list(statement.actions),
        "NotAction": list(statement.not_actions),
        "Resource": _all(graph, statement.resources, names),
        "NotResource": _all(graph, statement.not_resources, names),
    }
    written |= {name: value for name, value in elements.items() if value}
    if statement.conditions:
        written["Condition"] = _conditions(graph, statement.conditions, names)
    if statement.principals:
        written["Principal"] = _principals(graph, statement.principals, names)
    return written


def _all(graph: Graph, values: Iterable[Value], names: Names) -> list[str]:
    return [text for value in values for text in concrete(graph, value, names)]


def _conditions(graph: Graph, conditions: Mapping[str, Value], names: Names) -> dict[str, Any]:
    return {
        operator: {key: _all(graph, _listed(value), names) for key, value in as_mapping(keys).items()}
        for operator, keys in conditions.items()
    }


def _principals(graph: Graph, principals: Mapping[str, Value], names: Names) -> str | dict[str, Any]:
    if principals.get("*") == "*":
        return "*"
    return {kind: _all(graph, _listed(value), names) for kind, value in principals.items()}


def _listed(value: Value) -> list[Value]:
    values = value if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else each for each in values]


def _boundary(graph: Graph, role: Resource, names: Names) -> Policy | None:
    boundary = graph.target(role.get("PermissionsBoundary"), "AWS::IAM::ManagedPolicy")
    if boundary is None:
        return None
    return _policy(graph, statements_in(boundary, "PolicyDocument"), names, boundary.logical_id)


def _resource_policies(graph: Graph, names: Names) -> Iterable[tuple[str, Policy]]:
    """Yield the policies of the resources that the tests name, by ARN."""
    for resource_id in names:
        resource = graph.resources[resource_id]
        statements = graph.policies_on(resource)
        if statements:
            [arn] = concrete(graph, Attribute(resource_id, "Arn"), names)
            yield arn, _policy(graph, statements, names, resource.logical_id, kind="resource")


def _declared(role: Resource) -> Iterable[Declared]:
    """Yield the grants that the template says somebody else uses: `Metadata.wellmade.calls` of the role."""
    ours = role.metadata.get("wellmade")
    for entry in ours.get("calls", []) if isinstance(ours, dict) else []:
        for action in entry.get("actions", []):
            yield Declared(action, str(entry.get("calledBy", "")))
