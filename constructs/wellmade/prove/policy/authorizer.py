"""IAM's decision for one principal, from all the policies that bear on it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Sequence

from wellmade.prove.policy.decision import Decision, nothing
from wellmade.prove.policy.document import Policy
from wellmade.prove.policy.principals import Level, requester
from wellmade.prove.policy.request import Request

IDENTITY = nothing("policies of the identity")
BOUNDARY = nothing("permission boundary")
SESSION = nothing("session policy")
CONTROL = nothing("service control policies of one level")
RESOURCE = nothing("resource's policy")

HOLDS_THE_KEY = ("kms:", "sts:assumerole", "sts:tagsession", "sts:setsourceidentity")
"""For these the resource's own policy must allow, even within the account."""


UNCONDITIONAL = "sts:getcalleridentity"
"""Allowed even where a policy denies it.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""


class Authorizer:
    """The policies of a principal.

    Args:
        identity: Policies of the role or user; together they grant.
        boundary: Permission boundary. Default: none, which limits nothing.
        session: Policy given when the session began. Default: none, which limits nothing.
        service_control: Service control policies of each level from the organization's root to the account;
            every level must allow. Default: none, which limits nothing.
        resource_control: Resource control policies of the account that owns the resources; what they deny is
            denied. Default: none.
    """

    def __init__(
        self,
        identity: Iterable[Policy] = (),
        *,
        boundary: Policy | None = None,
        session: Policy | None = None,
        service_control: Sequence[Iterable[Policy]] = (),
        resource_control: Iterable[Policy] = (),
    ) -> None:
        self._identity = Policy.union(identity)
        levels = [(Policy.union(level), CONTROL) for level in service_control]
        limits = [(policy, why) for policy, why in ((boundary, BOUNDARY), (session, SESSION)) if policy]
        self._levels, self._limits = levels, limits
        control = Policy.union(resource_control)
        limiting = [policy for policy, _ in (*limits, *levels)]
        self._denying = [self._identity, *limiting, *([control] if control.statements else [])]
        self._bounded = boundary is not None

    def decide(self, request: Request, resource: Policy | None = None) -> Decision:
        """Decide a request.

        Args:
            request: What is asked.
            resource: The policy of the resource. Default: it has none; then a key of KMS leaves the decision
                to the account, as the default policy of keys does.
        """
        action = request.action
        if len(action) == len(UNCONDITIONAL) and action.lower() == UNCONDITIONAL:
            return Decision(allowed=True, reason="AWS asks no policy for it")
        for policy in self._denying:
            if denial := policy.denial(request):
                return denial.decision
        if resource and (denial := resource.denial(request, bounded=self._bounded)):
            return denial.decision
        for policy, why in self._levels:
            if not policy.grant(request):
                return why
        if resource or request.principal:
            return self._decide_with(resource, request)
        return self._by_identity(request)

    def _decide_with(self, resource: Policy | None, request: Request) -> Decision:
        if resource is None and not _is_foreign(request):
            return self._by_identity(request)
        level, grant = resource.grant_to(request) if resource else (Level.NOBODY, None)
        if _is_foreign(request):
            own = self._by_identity(request)
            return own if grant or not own.allowed else RESOURCE
        if grant and level is Level.DIRECT:
            return grant.decision
        if grant and level is Level.ROLE:
            return self._limited(request) or grant.decision
        if not grant and resource and request.action.lower().startswith(HOLDS_THE_KEY):
            return RESOURCE
        return self._by_identity(request)

    def _by_identity(self, request: Request) -> Decision:
        grant = self._identity.grant(request)
        if not grant:
            return IDENTITY
        return (self._limited(request) if self._limits else None) or grant.decision

    def _limited(self, request: Request) -> Decision | None:
        return next((why for policy, why in self._limits if not policy.grant(request)), None)


def _is_foreign(request: Request) -> bool:
    """Tell whether the resource belongs to another account than who asks; a service belongs to none."""
    if not request.account or not request.principal:
        return False
    asker = requester(request.principal).account
    return asker not in ("", request.account)
