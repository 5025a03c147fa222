"""A role for what the platform itself calls, which refuses what a program would call."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aws_cdk import aws_iam as iam

from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.roles import WorkloadRole


class NarrowRole(WorkloadRole):
    """Hold actions of one list alone; of what the CDK grants, the part that is on it."""

    actions: ClassVar[tuple[str, ...]]
    """What it may hold."""
    granted_beside: ClassVar[tuple[str, ...]] = ()
    """What the CDK grants with it, and nobody calls: it is left out."""
    used_by: ClassVar[str]
    allowed: ClassVar[str]
    """In words, for refusals."""
    rule: ClassVar[str]
    """The rule of `check` that sees the same."""

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
        conditions: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a statement, if it is one of the platform's.

        Raises:
            RefusedError: If an action is one that a program calls: it belongs on the task role.
        """
        wrong = next((action for action in actions if action not in self.actions), None)
        if wrong:
            raise self._refusal(wrong)
        by = used_by or self.used_by
        super().allow(actions, resources, reason=reason, used_by=by, keyed=keyed, conditions=conditions)

    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Take of what somebody grants the platform's part.

        Raises:
            RefusedError: If an action is one that a program calls.
        """
        known = (*self.actions, *self.granted_beside)
        wrong = next((each for each in statement.actions if each not in known), None)
        if wrong:
            raise self._refusal(wrong)
        taken = [action for action in statement.actions if action in self.actions]
        key = (*sorted(taken), *sorted(statement.resources))
        if taken and key not in self._seen():
            self._seen().add(key)
            self.allow(taken, statement.resources, conditions=statement.conditions or None)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self)

    def _seen(self) -> set[tuple[str, ...]]:
        """Return what was granted; there before the role is, since its making may grant."""
        found: set[tuple[str, ...]] = self.__dict__.setdefault("_seen_grants", set())
        return found

    def _refusal(self, action: str) -> RefusedError:
        fix = "the program runs under the task role: use allow of the service"
        return refusal(self, "actions", self.allowed, repr(action), fix, rule=self.rule)
