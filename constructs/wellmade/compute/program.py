"""A program that is no function: a workload with a role, whatever runs it."""

from collections.abc import Callable, Sequence
from typing import cast

import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.roles import WorkloadRole
from wellmade.kit.secrets import IN_CONTAINER, refuse_plaintext_secrets


@jsii.implements(iam.IGrantable)
class Program(Construct):
    """What programs in tasks and on instances have in common."""

    role: WorkloadRole
    """What the program may call."""
    _set_variable: Callable[[str, str], None]
    """Hands a variable to whatever starts the program."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The program's role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the program call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the program. Default: the program.
            keyed: The resource is encrypted with a key of your own. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self.role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)

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
