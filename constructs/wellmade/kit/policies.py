"""Policies that are attached to a role, read from the tree."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_iam as iam

from wellmade.kit.lookups import default_child, root_of, same_environment, stack_of


def actions_in(policy: iam.Policy | iam.ManagedPolicy) -> tuple[str, ...]:
    """Return the actions that a policy allows."""
    statements = (policy.document.to_json() or {}).get("Statement", [])
    allowed = [each["Action"] for each in statements if each["Effect"] == "Allow" and "Action" in each]
    return tuple(action for each in allowed for action in ([each] if isinstance(each, str) else each))


def managed_policies_of(role: iam.IRole) -> Iterator[iam.ManagedPolicy]:
    """Yield the managed policies of the app that a role has: those that it names, and those that name it.

    The policies of AWS are not among them: what they allow is not in the app.
    """
    own = stack_of(role)
    resource, name = default_child(role), own.resolve(role.role_name)
    arns = (own.resolve(resource.managed_policy_arns) if isinstance(resource, iam.CfnRole) else None) or []
    for each in root_of(role).node.find_all():
        if isinstance(each, iam.ManagedPolicy) and _may_be_named(each, role):
            policy = default_child(each)
            roles = stack_of(each).resolve(policy.roles) if isinstance(policy, iam.CfnManagedPolicy) else None
            if name in (roles or []) or own.resolve(each.managed_policy_arn) in arns:
                yield each


def _may_be_named(policy: iam.ManagedPolicy, role: iam.IRole) -> bool:
    """Tell whether a role can name a policy: from another environment only one that has a name of its own."""
    if same_environment(policy, role):
        return True
    resource = default_child(policy)
    given = resource.managed_policy_name if isinstance(resource, iam.CfnManagedPolicy) else None
    return stack_of(policy).resolve(given) is not None


def characters_of(document: Any) -> int:
    """Return the fewest characters that a policy can have as IAM counts them; what is unknown counts as none.

    Args:
        document: As CloudFormation gets it.
    """
    return len("".join(json.dumps(_known(document), separators=(",", ":")).split()))


def _known(value: Any) -> Any:
    """Return a part of a document with what is known of each reference, which is what stands beside it."""
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(each for each in parts if isinstance(each, str))
        case Mapping() if any(key == "Ref" or str(key).startswith("Fn::") for key in value):
            return ""
        case Mapping():
            return {key: _known(each) for key, each in value.items()}
        case list():
            return [_known(each) for each in value]
    return value
