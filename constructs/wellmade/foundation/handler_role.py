"""The role of a handler: every grant in it, whole actions on named resources."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.accepted import accept, wildcard_finding
from wellmade.foundation.refusal import refusal


class HandlerRole(iam.Role):
    """Hold exactly what a handler calls, in a policy inside the role.

    That policy exists before the first event arrives; one attached beside the role would not.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        self._owner = scope
        self._policy = iam.PolicyDocument()
        self._called_by_others: list[dict[str, object]] = []
        super().__init__(
            scope,
            construct_id,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Handler": self._policy},
        )
        self._resource = cast(iam.CfnRole, self.node.default_child)

    def allow(
        self, actions: Sequence[str], resources: Sequence[str], *, reason: str | None, called_by: str | None
    ) -> None:
        """Add a statement; see `PythonFunction.allow`."""
        self._refuse_wildcards(actions, resources, reason)
        self._policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
        wildcards = [resource for resource in resources if "*" in resource and not resource.endswith(":*")]
        why = reason or "Keys are not known beforehand; the bucket and the prefix are."
        accept(self, {wildcard_finding(self, arn): why for arn in wildcards})
        if called_by:
            self._called_by_others.append({"actions": list(actions), "calledBy": called_by})
            self._resource.add_metadata("wellmade", {"calls": self._called_by_others})

    def _refuse_wildcards(self, actions: Sequence[str], resources: Sequence[str], reason: str | None) -> None:
        wide = next((action for action in actions if "*" in action), None)
        if wide:
            fix = "name each action that the code calls"
            raise refusal(self._owner, "actions", "whole names", repr(wide), fix)
        if "*" in resources and not reason:
            fix = "name the resource, or give the reason why there is none"
            raise refusal(self._owner, "resources", "ARNs", "'*'", fix)
