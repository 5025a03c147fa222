"""What grants and settings are given to: a function, a service or a worker."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_iam as iam


class Caller(Protocol):
    """Code that calls AWS under a role of its own, however it is run."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that a resource's own `grant_…` methods take this construct."""

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        called_by: str | None = None,
    ) -> None:
        """Let the code call exactly these actions on exactly these resources."""

    def add_environment(self, name: str, value: str) -> None:
        """Set a variable for the code."""
