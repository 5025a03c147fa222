"""What a function's role must hold so that an event source can poll on its behalf."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import same_stack
from wellmade.kit.roles import note_service_uses, role_of
from wellmade.kit.workload import resource_of


@dataclass(frozen=True)
class SourceGrant:
    """Actions that an event source makes as the function.

    Args:
        actions: Whole names.
        resources: ARNs.
        used_by: What the source does with them.
        keyed: Whether the resource is encrypted with a key of the user's.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    used_by: str
    keyed: bool = False


def allow_source(
    scope: Construct, construct_id: str, handling: Handling, grants: Sequence[SourceGrant]
) -> iam.Policy | None:
    """Let a function's role do what its source does, and return the policy that the source must wait for.

    The role of a function in this stack exists with its policies before the function does. For one that is
    defined elsewhere the policy is defined here, so that its stack needs to know nothing of this one.

    Args:
        scope: The pattern.
        construct_id: Id of the policy, where there is one.
        handling: The function.
        grants: What is allowed.

    Raises:
        RefusedError: If the function is imported without its role.
    """
    role = role_of(handling.workload.grant_principal)
    resource = resource_of(handling.given)
    if role is not None and (resource is None or not same_stack(scope, resource)):
        statements = [
            iam.PolicyStatement(actions=list(each.actions), resources=list(each.resources)) for each in grants
        ]
        return note_service_uses(iam.Policy(scope, construct_id, roles=[role], statements=statements))
    for each in grants:
        handling.workload.allow(each.actions, each.resources, used_by=each.used_by, keyed=each.keyed)
    return None
