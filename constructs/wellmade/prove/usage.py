"""What a policy grants, and what of it was used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wellmade.prove.calls.catalogue import expand
from wellmade.prove.policy import Policy, Request, Statement
from wellmade.prove.policy.glob import matcher, wild

NAMED = 3
"""So many of the actions that a pattern need not grant are named."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A grant that tests cannot exercise, because somebody else makes the call.

    Args:
        action: Such as `sqs:ReceiveMessage`.
        reason: Who makes the call, and what for.
        resource: As the policy names it. Default: every resource that the policy names for the action.
    """

    action: str
    reason: str
    resource: str = "*"

    def covers(self, action: str, resource: str) -> bool:
        """Tell whether it speaks of a grant."""
        same = self.action.lower() == action.lower()
        return same and (resource == self.resource or matcher(wild(self.resource))(resource))


@dataclass(frozen=True, slots=True)
class Unused:
    """A grant that no call used."""

    where: str
    """The statement, such as `Handler: statement 2 (Read)`."""
    action: str
    resource: str
    why: str = "never used"


def unused(policy: Policy, requests: Iterable[Request], declared: Sequence[Exemption]) -> list[Unused]:
    """Return what a policy grants beyond the requests, action by action and resource by resource.

    A pattern of actions is used as far as each action is that it means; one that means more is named with
    what it means too much.

    Args:
        policy: Of the role.
        requests: All that were allowed.
        declared: What tests cannot exercise.
    """
    asked = list(requests)
    return [
        each
        for statement in policy.statements
        if statement.allows
        for each in _of(statement, asked, declared)
    ]


def stale(policy: Policy, declared: Iterable[Exemption]) -> list[Exemption]:
    """Return the declarations of what the policy does not grant."""
    grants = list(grants_of(policy))
    return [each for each in declared if not any(each.covers(*grant) for grant in grants)]


def grants_of(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each action that a policy allows, with each resource, as they are written."""
    for statement in policy.statements:
        if statement.allows:
            yield from _grants(statement)


def _of(statement: Statement, requests: list[Request], declared: Sequence[Exemption]) -> Iterator[Unused]:
    used = defaultdict(set)
    for request in requests:
        for grant in statement.grants(request):
            used[grant].add(request.action.lower())
    for action, resource in _grants(statement):
        if any(each.covers(action, resource) for each in declared):
            continue
        if not used[action, resource] and not used[action, _whose_versions(action, resource)]:
            yield Unused(statement.where, action, resource)
        elif too_much := _too_much(statement, action, used[action, resource]):
            yield Unused(statement.where, action, resource, too_much)


def _whose_versions(action: str, resource: str) -> str:
    """Return the function of whose versions and aliases a grant is; CDK grants both wherever it grants one.

    A version is code of that function too, so that who may invoke it needs no other trust.
    """
    of_versions = action.lower() == "lambda:invokefunction" and resource.endswith(":*")
    return resource.removesuffix(":*") if of_versions else resource


def _too_much(statement: Statement, action: str, used: set[str]) -> str:
    """Say what a pattern of actions means beyond those that were used; nothing if it means no more."""
    if statement.actions.negated:
        return f"means every other action; name those that are used: {', '.join(sorted(used))}"
    if not set("*?") & set(action):
        return ""
    left = sorted(each for each in expand(action) if each.lower() not in used)
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"also means {', '.join(left[:NAMED])}{more}, never used" if left else ""


def _grants(statement: Statement) -> Iterator[tuple[str, str]]:
    for action in statement.actions.names():
        for resource in statement.resources.names():
            yield action, resource
