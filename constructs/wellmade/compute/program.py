"""A program that is no function: a workload with a role, whatever runs it."""

from collections.abc import Callable
from typing import cast

import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.allowing import MayCall
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.secrets import IN_CONTAINER, refuse_plaintext_secrets


@jsii.implements(iam.IGrantable)
class Program(MayCall, Construct):
    """What programs in tasks and on instances have in common."""

    role: WorkloadRole
    """What the program may call."""
    _set_variable: Callable[[str, str], None]
    """Hands a variable to whatever starts the program."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The program's role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    @property
    def _calls(self) -> WorkloadRole:
        return self.role

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable for the program, such as the name of a table that is defined later.

        Args:
            name: The variable.
            value: What it holds; no secret.

        Raises:
            RefusedError: If it looks like a secret.
        """
        refuse_plaintext_secrets(self, {name: value}, IN_CONTAINER)
        self._set_variable(name, value)
