"""A role as synthesized, with everything that bears on its calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wellmade.prove.deployed.refusals import Refusals
from wellmade.prove.policy import Policy
from wellmade.prove.usage import Exemption


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
        service_control: Service control policies, level by level. Default: none.
        resource_control: Resource control policies. Default: none.
        session: Name of its sessions; that of a function's role is the function's name. Default: `session`.
        refusals: ARN of a key or a bucket to what its service refuses whatever policies allow. Default:
            nothing.
        at_best: The same role with every unknown value taken as what allows most; then this one has them
            taken as what allows least. Default: nothing is unknown.
        unknown: Why values are unknown. Default: none is.
        of_statements: The same by statement, where it is of one. Default: each bears on every decision.
        invented: Tells whether an ARN names what only tests have. Default: tests name what is deployed.
        told: Texts that calls in the code name; what else a condition compares only tests have.
            Default: as above.
        unplaced: Resource policies of which it is not known what they guard. Default: none.
        keys: Condition keys of all its calls that nobody knows but who deploys it. Default: none.
    """

    arn: str
    policies: Sequence[Policy]
    boundary: Policy | None = None
    resource_policies: Mapping[str, Policy] = field(default_factory=dict)
    declared: Sequence[Exemption] = ()
    service_control: Sequence[Sequence[Policy]] = ()
    resource_control: Sequence[Policy] = ()
    session: str = "session"
    refusals: Refusals = field(default_factory=dict)
    at_best: "Role | None" = None
    unknown: Sequence[str] = ()
    of_statements: Mapping[str, Sequence[str]] = field(default_factory=dict)
    invented: Callable[[str], bool] | None = None
    told: frozenset[str] | None = None
    unplaced: Sequence[Policy] = ()
    keys: Mapping[str, str] = field(default_factory=dict)


def policies_around(role: Role) -> Iterator[Policy]:
    """Yield every policy that bears on a role's calls."""
    yield from policies_over(role)
    yield from role.resource_policies.values()
    yield from policies_around(role.at_best) if role.at_best else ()


def policies_over(role: Role) -> Iterator[Policy]:
    """Yield the policies that bear on all of a role's calls."""
    yield from role.policies
    yield from role.resource_control
    yield from (policy for level in role.service_control for policy in level)
    yield from [role.boundary] if role.boundary else []
