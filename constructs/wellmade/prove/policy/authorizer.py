"""IAM's decision for one principal, from all the policies that bear on it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wellmade.prove.policy.decision import Decision, nothing
from wellmade.prove.policy.document import Policy, denying, granting
from wellmade.prove.policy.principals import Level, requester
from wellmade.prove.policy.request import Request
from wellmade.prove.policy.statement import Statement

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

ALWAYS = Decision(allowed=True, reason="AWS asks no policy for it")

Limit = tuple[Sequence[Statement], Decision]
"""Grants of which one must allow, and what comes of it where none does."""


class Told(NamedTuple):
    """What all the policies of a principal say of one action."""

    always: Decision | None
    denials: Sequence[Statement]
    grants: Sequence[Statement]
    limits: Sequence[Limit]
    """The boundary and the session policy."""
    levels: Sequence[Limit]
    """The service control policies."""


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
        self._levels = [(Policy.union(level), CONTROL) for level in service_control]
        self._limits = [(policy, why) for policy, why in ((boundary, BOUNDARY), (session, SESSION)) if policy]
        limiting = [policy for policy, _ in (*self._limits, *self._levels)]
        self._denying = [self._identity, *limiting, Policy.union(resource_control)]
        self._bounded = boundary is not None
        self._told: dict[str, Told] = {}

    def decide(self, request: Request, resource: Policy | None = None) -> Decision:
        """Decide a request.

        Args:
            request: What is asked.
            resource: The policy of the resource. Default: it has none; then a key of KMS leaves the decision
                to the account, as the default policy of keys does.
        """
        told = self._told.get(request.action) or self._tell(request.action)
        if told.always:
            return told.always
        if told.denials and (denial := denying(told.denials, request)):
            return denial.decision
        if resource and (denial := resource.denial(request, bounded=self._bounded)):
            return denial.decision
        if told.levels and (why := _limit(told.levels, request)):
            return why
        if resource or _is_foreign(request):
            return _decide_with(resource, told, request)
        return _by_identity(told, request)

    def _tell(self, action: str) -> Told:
        """Find what the policies say of an action, once for each action."""
        told = Told(
            ALWAYS if action.lower() == UNCONDITIONAL else None,
            [each for policy in self._denying for each in policy.speaking_of(action, allows=False)],
            self._identity.speaking_of(action, allows=True),
            _grants(self._limits, action),
            _grants(self._levels, action),
        )
        self._told[action] = told
        return told


def _grants(policies: Iterable[tuple[Policy, Decision]], action: str) -> list[Limit]:
    return [(policy.speaking_of(action, allows=True), why) for policy, why in policies]


def _decide_with(resource: Policy | None, told: Told, request: Request) -> Decision:
    level, grant = resource.grant_to(request) if resource else (Level.NOBODY, None)
    if _is_foreign(request):
        own = _by_identity(told, request)
        return own if grant or not own.allowed else RESOURCE
    if grant and level is Level.DIRECT:
        return grant.decision
    if grant and level is Level.ROLE:
        return _limit(told.limits, request) or grant.decision
    if not grant and resource and request.action.lower().startswith(HOLDS_THE_KEY):
        return RESOURCE
    return _by_identity(told, request)


def _by_identity(told: Told, request: Request) -> Decision:
    grant = granting(told.grants, request)
    if not grant:
        return IDENTITY
    return (_limit(told.limits, request) if told.limits else None) or grant.decision


def _limit(limits: Iterable[Limit], request: Request) -> Decision | None:
    """Return for want of which limit's grant a request is denied."""
    for grants, why in limits:
        if not granting(grants, request):
            return why
    return None


def _is_foreign(request: Request) -> bool:
    """Tell whether the resource belongs to another account than who asks; a service belongs to none."""
    owner = request.owner
    if not owner or not request.principal:
        return False
    return requester(request.principal).account not in ("", owner)
