"""What grants and settings are given to: a function, a service or a worker."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Node


class Caller(Protocol):
    """Code that calls AWS under a role of its own, however it is run."""

    copies: int
    """Most copies of the code at once, those of a release under way included."""

    @property
    def node(self) -> Node:
        """Its place in the tree."""

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


class NetworkCaller(Caller, Protocol):
    """Code that runs in a network, so that what is private there can let it in."""

    @property
    def connections(self) -> ec2.Connections:
        """Its network interfaces, with the security group that they share."""
