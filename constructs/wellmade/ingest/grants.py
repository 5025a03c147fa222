"""Where statements go that let somebody read a pipeline's files: a workload's role, or any principal's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from wellmade.kit.roles import UNKNOWN_KEYS, role_of
from wellmade.kit.suppressions import suppress_wildcards
from wellmade.kit.workload import Workload


class Grants(Protocol):
    """Where statements go."""

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let it call these actions."""

    def use_key(self, key: kms.IKey | None, actions: Sequence[str], used_by: str) -> None:
        """Let it use what encrypts, where it is a key of the user's."""
        if key:
            self.allow(actions, [key.key_arn], used_by=used_by)


@dataclass(frozen=True)
class WorkloadGrants(Grants):
    """Statements of a workload."""

    workload: Workload

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let it call these actions."""
        self.workload.allow(actions, resources, used_by=used_by, keyed=keyed)


@dataclass(frozen=True)
class PrincipalGrants(Grants):
    """Statements of any principal, in its own policy and in those of keys."""

    grantee: iam.IGrantable
    granted: list[iam.Grant] = field(default_factory=list)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,  # noqa: ARG002 - of the protocol; somebody else's role records none
        keyed: bool = False,  # noqa: ARG002 - as above; the statement is beside the role anyway
    ) -> None:
        """Let it call these actions."""
        role = role_of(self.grantee.grant_principal)
        if role:
            suppress_wildcards(role, resources, UNKNOWN_KEYS)
        self.granted.append(
            iam.Grant.add_to_principal(
                grantee=self.grantee, actions=list(actions), resource_arns=list(resources)
            )
        )

    def use_key(self, key: kms.IKey | None, actions: Sequence[str], used_by: str) -> None:  # noqa: ARG002 - as above
        """Let it use what encrypts, where it is a key of the user's."""
        if key:
            self.granted.append(key.grant(self.grantee, *actions))
