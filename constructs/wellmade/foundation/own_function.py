"""What functions of ours have in common, whatever their language."""

from collections.abc import Sequence
from functools import cached_property
from typing import cast

from aws_cdk import aws_lambda as lambda_

from wellmade.kit.lookups import default_child
from wellmade.kit.roles import WorkloadRole


class OwnFunction(lambda_.Function):
    """A function with a role of its own and a reservation that is known."""

    _own_role: WorkloadRole
    _reserved: int | None

    @property
    def max_concurrency(self) -> int | None:
        """Most copies at once: its reservation; None where it has none."""
        return self._reserved

    @cached_property
    def resource(self) -> lambda_.CfnFunction:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(lambda_.CfnFunction, default_child(self))

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the handler call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the handler, so that no test of it can; recorded
                in the role's metadata for `wellmade prove`. Default: the handler.
            keyed: The resource is encrypted with a key of your own, whose policy may name the role: the
                statement then goes beside the role, not into it. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self._own_role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)
