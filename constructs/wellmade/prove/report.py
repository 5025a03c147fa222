"""Least privilege, both ways: the calls that would be denied, and the grants that no call used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wellmade.prove.calls import Call, AccountContext, requests
from wellmade.prove.policy import Authorizer, Policy, Request, Value
from wellmade.prove.policy.arns import SEGMENTS, segments
from wellmade.prove.usage import Exemption, Unused, stale, unused


@dataclass(frozen=True, slots=True)
class Role:
    """A role as synthesized.

    Args:
        arn: Of the role.
        policies: Its own, inline and attached.
        boundary: Its permission boundary. Default: none.
        resource_policies: ARN of a bucket, queue, topic, key or whatever has a policy of its own, to that
            policy. Default: none.
        declared: Grants that tests cannot exercise. Default: none.
    """

    arn: str
    policies: Sequence[Policy]
    boundary: Policy | None = None
    resource_policies: Mapping[str, Policy] = field(default_factory=dict)
    declared: Sequence[Exemption] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """A call that AWS would deny."""

    call: Call
    action: str
    resource: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the comparison."""

    calls: int
    denied: Sequence[Denied]
    unused: Sequence[Unused]
    stale: Sequence[Exemption]
    """Exemption, and not granted any more."""

    @property
    def proven(self) -> bool:
        """Whether the role allows exactly what is called and declared."""
        return not (self.denied or self.unused or self.stale)


def prove(calls: Iterable[Call], role: Role, estate: AccountContext) -> Report:
    """Compare what was called with what a role allows.

    Args:
        calls: As recorded, in whatever order.
        role: Who makes them.
        estate: The account, and what is known of it.

    Raises:
        UnmappedCallError: If it is unknown what a call needs.
    """
    authorizer = Authorizer(role.policies, boundary=role.boundary)
    recorded = list(calls)
    denied: dict[tuple[str, str, str], Denied] = {}
    allowed: list[Request] = []
    for call in recorded:
        for request in _asked(call, role, estate):
            decision = authorizer.decide(request, _policy_of(request.resource, role.resource_policies))
            if decision.allowed:
                allowed.append(request)
                continue
            each = Denied(call, request.action, request.resource, decision.reason)
            denied.setdefault((call.operation, each.action, each.resource), each)
    own = Policy.union(role.policies)
    not_used = unused(own, allowed, role.declared)
    return Report(len(recorded), list(denied.values()), not_used, stale(own, role.declared))


def _asked(call: Call, role: Role, estate: AccountContext) -> Iterator[Request]:
    """Yield the requests of a call with who asks, as AWS tells of a role's session."""
    account, name = segments(role.arn)[4], role.arn.rpartition("/")[2]
    who: dict[str, Value] = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": role.arn,
        "aws:PrincipalType": "AssumedRole",
        "aws:userid": f"{name}:session",
    }
    for request in requests(call, estate):
        yield replace(request, context={**who, **request.context}, principal=role.arn)


def _policy_of(resource: str, policies: Mapping[str, Policy]) -> Policy | None:
    """Return the policy of a resource, or of what it lies in: an object's bucket, an index's table."""
    while len(segments(resource)) == SEGMENTS and segments(resource)[-1]:
        if resource in policies:
            return policies[resource]
        cut = max(resource.rfind("/"), resource.rfind(":"))
        resource = resource[:cut]
    return None
