"""Statements of policies, without the conditions that nothing in a template decides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from wellmade.check.delivery.deployed import GENERATED, Deployed
from wellmade.graph import (
    Graph,
    Resource,
    Statement,
    Value,
    as_list,
    as_mapping,
    document,
    is_known,
    statements_in,
)

JUDGED = frozenset(
    (
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceowner",
        "aws:principalorgid",
        "aws:securetransport",
        "aws:principalarn",
        "iam:passedtoservice",
        "kms:viaservice",
        "kms:calleraccount",
    )
)
"""Keys whose values an edge tells; a condition on another one may hold."""
_DOCUMENTS = ("PolicyDocument", "KeyPolicy", "ResourcePolicy", "RepositoryPolicyText", "FileSystemPolicy")


def at_best(
    statements: Iterable[Statement], deployed: Deployed, *, of_source: bool = True
) -> Iterator[Statement]:
    """Yield what the statements say if every condition that is not judged holds for what allows only.

    Args:
        statements: As the graph has them.
        deployed: How their values read.
        of_source: Whether conditions on the source are judged. Default: yes.
    """
    judges = JUDGED if of_source else JUDGED - {"aws:sourcearn", "aws:sourceaccount", "aws:sourceowner"}
    for statement in statements:
        judged, others = _parted(statement.conditions, deployed, judges)
        if statement.effect != "Deny" or not others:
            yield replace(statement, conditions=judged)


def _parted(
    conditions: Mapping[str, Value], deployed: Deployed, judges: frozenset[str]
) -> tuple[dict[str, dict[str, Value]], bool]:
    judged: dict[str, dict[str, Value]] = {}
    others = False
    for operator, keys in conditions.items():
        if not isinstance(keys, dict):
            others = True
            continue
        for key, value in keys.items():
            if key.lower() in judges and not _is_guess(key, value, deployed):
                judged.setdefault(operator, {})[key] = value
            else:
                others = True
    return judged, others


def _is_guess(key: str, value: Value, deployed: Deployed) -> bool:
    """Tell whether a pattern of names may mean one that CloudFormation has yet to generate."""
    if not key.lower().endswith("arn"):
        return False
    return any(is_guess(text) for each in as_list(value) for text in deployed.texts(each))


def is_guess(text: str) -> bool:
    """Tell whether an ARN has a wildcard within a name that no reference gives."""
    rest = text.split(":", 5)[-1]
    first = rest.partition("*")[0]
    return "*" in rest and rest != "*" and GENERATED not in first and not rest.startswith(("*", "rule/*"))


def are_told(resource: Resource) -> bool:
    """Tell whether the template shows every statement of a policy, or of a role or user and its policies."""
    if resource.type in ("AWS::IAM::Role", "AWS::IAM::User"):
        inline = resource.get("Policies", [])
        return is_known(inline) and all(
            isinstance(entry, dict) and _is_told(entry.get("PolicyDocument")) for entry in as_list(inline)
        )
    return all(_is_told(resource.get(path)) for path in _DOCUMENTS if resource.get(path) is not None)


def _is_told(policy: Value) -> bool:
    read = document(policy)
    statements = as_mapping(read).get("Statement")
    return isinstance(read, dict) and all(
        isinstance(each, dict) and all(map(is_known, _elements(each))) for each in as_list(statements)
    )


def _elements(statement: Mapping[str, Value]) -> Iterator[Value]:
    for name in ("Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"):
        if name.endswith("Action") or name == "Effect":
            yield from as_list(statement.get(name))
        yield statement.get(name) if not isinstance(statement.get(name), list) else None


def held_by(graph: Graph, holder: Resource) -> list[Statement] | None:
    """Return the statements that apply to a role or a user; None for a user whom groups may give more."""
    if holder.type != "AWS::IAM::User":
        return graph.statements_of(holder)
    if holder.get("Groups") is not None or graph.of_type("AWS::IAM::UserToGroupAddition"):
        return None
    inline = (f"Policies.{index}.PolicyDocument" for index in range(len(as_list(holder.get("Policies")))))
    own = [statement for path in inline for statement in statements_in(holder, path)]
    attached = [
        each for policy in _attached(graph, holder) for each in statements_in(policy, "PolicyDocument")
    ]
    return own + attached


def _attached(graph: Graph, user: Resource) -> Iterator[Resource]:
    managed = {graph.target(value) for value in as_list(user.get("ManagedPolicyArns"))}
    for policy in graph.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::UserPolicy"):
        named = [value for key in ("Users", "UserName") for value in as_list(policy.get(key))]
        if policy in managed or user in map(graph.target, named):
            yield policy
