"""What statements and policies reach, where only a part of a resource is known."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence

from wellmade.facts.s3_actions import ALIAS
from wellmade.prove.deployed.unknowns import UNKNOWN
from wellmade.prove.policy import Policy, Statement
from wellmade.prove.policy.arns import SEGMENTS, segments

_OPEN_END = re.compile(f"[*?${UNKNOWN}]")
"""Where what a pattern says literally ends."""
_OF_FUNCTION = re.compile(":function:[^:]+:$")


def may_reach(statement: Statement, resource: str) -> bool:
    """Tell whether a statement may mean a resource of which a part is unknown.

    What is unknown may be an ARN of its own, but for a version or an alias of a function.
    """
    known = resource.partition(UNKNOWN)[0]
    if not _OF_FUNCTION.search(known):
        return True
    return statement.resources.negated or any(_agree(known, each) for each in statement.resources.value)


def _agree(known: str, pattern: str) -> bool:
    literal = _OPEN_END.split(pattern, maxsplit=1)[0]
    return pattern.startswith(known) or (literal != pattern and known.startswith(literal))


def is_access_point(resource: str) -> bool:
    """Tell whether an ARN, or the name of a bucket in it, means an access point."""
    return ":accesspoint/" in resource or resource.partition("/")[0].endswith(ALIAS)


def policy_of(resource: str, policies: Mapping[str, Policy]) -> Policy | None:
    """Return the policy of a resource, or of what it lies in: an object's bucket, an index's table."""
    found = guarded(resource, policies)
    return policies[found] if found else None


def guarded(resource: str, policies: Container[str]) -> str:
    """Return what has a policy: a resource, or what it lies in; empty if none of these has one."""
    while len(segments(resource)) == SEGMENTS and segments(resource)[-1]:
        if resource in policies:
            return resource
        cut = max(resource.rfind("/"), resource.rfind(":"))
        resource = resource[:cut]
    return ""


def unknown_in(
    bearing: Iterable[Statement], unknown: Sequence[str], of_statements: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return why values are unknown in some statements, and in whole policies; in whatever if in neither."""
    of_some = {reason for reasons in of_statements.values() for reason in reasons}
    found = [reason for each in bearing for reason in of_statements.get(each.where, ())]
    found += [each for each in unknown if each not in of_some]
    return list(dict.fromkeys(found)) or list(unknown)
