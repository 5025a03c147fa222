"""What code needs of one resource: whole actions on it, and when they are allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import IConstruct

from wellmade.kit.exact_arns import names_no_resource, readable
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import WorkloadRole, role_of
from wellmade.kit.suppressions import suppress_wildcards

OVER_TLS: Mapping[str, Mapping[str, Any]] = {"Bool": {"aws:SecureTransport": "true"}}
"""The condition that each need has where its service always tells how it was called."""


@dataclass(frozen=True)
class Allowed:
    """One statement.

    Args:
        actions: Whole names.
        resources: ARNs.
        conditions: When they are allowed, as IAM writes it.
        used_by: Who makes the calls where it is not the code. Default: the code.
        keyed: What is encrypted with a key of the user's, whose policy may name the role. Default: False.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Any] = field(default_factory=lambda: OVER_TLS)
    used_by: str | None = None
    keyed: bool = False

    def statement(self) -> iam.PolicyStatement:
        """Return it as the CDK writes it."""
        return iam.PolicyStatement(
            actions=list(self.actions), resources=list(self.resources), conditions=dict(self.conditions)
        )


@dataclass(frozen=True)
class Need:
    """What code needs of one resource, to be granted, or to be the most that a boundary allows.

    Args:
        statements: What it comes to.
        why: Why an ARN among them ends with a wildcard.
    """

    statements: tuple[Allowed, ...]
    why: str

    def grant(self, grantee: iam.IGrantable) -> None:
        """Let a workload, a role or anything else that can be granted something do this.

        Args:
            grantee: Who does it.
        """
        role = role_of(grantee.grant_principal)
        for each in self.statements:
            if isinstance(role, WorkloadRole):
                role.allow(
                    each.actions,
                    each.resources,
                    reason=self.why,
                    used_by=each.used_by,
                    keyed=each.keyed,
                    conditions=each.conditions,
                )
                continue
            grantee.grant_principal.add_to_principal_policy(each.statement())
            if role is not None:
                suppress_wildcards(role, each.resources, self.why)


def need(resource: IConstruct, *statements: Allowed, why: str = "") -> Need:
    """Return what code needs of a resource.

    Args:
        resource: What the ARNs are of.
        statements: What it comes to.
        why: Why an ARN ends with a wildcard.

    Raises:
        RefusedError: If an imported resource is none: its ARN leaves open which one is meant.
    """
    for arn in (arn for each in statements for arn in each.resources):
        if any(names_no_resource(text) for text in readable(resource, arn)):
            fix = "import it with its own ARN: whoever holds the permission could use all of them"
            raise refusal(
                resource, "resource", "one that its ARN names", repr(arn), fix, rule="wildcard-resource"
            )
    return Need(statements, why)


def chosen(resource: IConstruct, actions: Sequence[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return those actions of a need that the code calls.

    Args:
        resource: What they are called on.
        actions: What the user names. None: all of them.
        known: All that belong to the need.

    Raises:
        RefusedError: If there is none, or one is not of this need, such as a wildcard.
    """
    if actions is None:
        return known
    wrong = sorted(set(actions) - set(known))
    if wrong or not actions:
        got = repr(wrong[0]) if wrong else "none"
        fix = "name those that the code calls; other actions are another need"
        allowed = f"some of {', '.join(known)}"
        raise refusal(resource, "actions", allowed, got, fix, rule="wildcard-action")
    return tuple(actions)


def refuse_wildcards(resource: IConstruct, option: str, values: Sequence[str], example: str) -> None:
    """Raise where a text that must name something is empty or stands for anything.

    Raises:
        RefusedError: With the first such value.
    """
    for value in values:
        if not value or "*" in value or "?" in value:
            fix = f"write it out, such as {example!r}"
            raise refusal(resource, option, "text without wildcards", repr(value), fix)
