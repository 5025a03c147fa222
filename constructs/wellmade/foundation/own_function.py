"""What functions of ours have in common, whatever their language."""

from functools import cached_property
from typing import cast

from aws_cdk import aws_lambda as lambda_

from wellmade.kit.allowing import MayCall
from wellmade.kit.lookups import default_child
from wellmade.kit.roles import WorkloadRole


class OwnFunction(MayCall, lambda_.Function):
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

    @property
    def _calls(self) -> WorkloadRole:
        return self._own_role
