"""What a landing zone refuses: a denial that nobody is spared from, and a policy that AWS would not take."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.facts.organizations import (
    CONTROL_POLICIES,
    MOST_CHARACTERS,
    MOST_ON_A_TARGET,
    SERVICE_CONTROL,
    names_who_asks,
)
from wellmade.governance.trail_archive import refuse_wrong_retention
from wellmade.kit.lookups import is_unresolved, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

_ORGANIZATION = re.compile("o-[a-z0-9]{10,32}")
_ROOT = re.compile("r-[a-z0-9]{4,32}")
_ACCOUNT = re.compile(r"\d{12}")
_PREFIX = re.compile("([A-Za-z0-9]+[_-])*[A-Za-z0-9]*")
"""CloudTrail takes no two signs one after the other in a name, and AWS Config no dot."""
_LONGEST_RULE = 64
"""Characters in the name of an organization's rule, the shortest of all that the prefix begins."""
_POLICY = "AWS::Organizations::Policy"


def refuse_wrong_ids(scope: IConstruct, organization_id: str, root_id: str, accounts: Sequence[str]) -> None:
    """Raise unless these are ids of Organizations.

    Raises:
        RefusedError: If they are not.
    """
    fix = "read it with: aws organizations describe-organization"
    if not is_unresolved(organization_id) and not _ORGANIZATION.fullmatch(organization_id):
        raise refusal(scope, "organization_id", "an id such as o-a1b2c3d4e5", repr(organization_id), fix)
    if not is_unresolved(root_id) and not _ROOT.fullmatch(root_id):
        fix = "read it with: aws organizations list-roots"
        raise refusal(scope, "root_id", "an id such as r-ab12", repr(root_id), fix)
    for each in accounts:
        if not is_unresolved(each) and not _ACCOUNT.fullmatch(each):
            raise refusal(scope, "account", "an id of twelve digits", repr(each), "write its zeros too")


def refuse_wrong_prefix(scope: IConstruct, prefix: str, names: Iterable[str]) -> None:
    """Raise unless what begins with it are names of Organizations, CloudTrail and AWS Config.

    Raises:
        RefusedError: If it has characters that one of them does not take, or leaves too little room.
    """
    if is_unresolved(prefix):
        fix = "write it out: trail and policies name each other by it"
        raise refusal(scope, "name_prefix", "known at synth", "a value of the deployment", fix)
    if not _PREFIX.fullmatch(prefix):
        allowed = "letters and digits with single - or _ between, such as trial-"
        fix = "leave out the rest"
        raise refusal(scope, "name_prefix", allowed, repr(prefix), fix, rule="cfn-lint:E3031")
    room = _LONGEST_RULE - max(map(len, names))
    if len(prefix) > room:
        fix = "shorten it: the names of AWS Config's rules follow"
        raise refusal(
            scope, "name_prefix", f"at most {room} characters", len(prefix), fix, rule="cfn-lint:E3033"
        )


def refuse_wrong_bounds(
    scope: IConstruct, regions: Sequence[str], retention: Duration | None, bucket: object
) -> None:
    """Raise unless some region is allowed and the archive is kept.

    Raises:
        RefusedError: If none is, or for less than a day, or by two.
    """
    if not regions:
        raise refusal(
            scope, "allowed_regions", "at least one region", "none", "name those that you deploy to"
        )
    refuse_wrong_retention(scope, retention, bucket)


def refuse_wrong_policies(scope: IConstruct, own: Mapping[str, Mapping[str, Any]], defined: int) -> None:
    """Raise unless one's own policies spare somebody, are small enough, and find room beside those defined.

    Raises:
        RefusedError: If one does not or is not.
    """
    for name, document in own.items():
        for fault in _faults(scope, f"own_policies[{name!r}]", document, SERVICE_CONTROL):
            raise fault
    room = MOST_ON_A_TARGET - 1 - defined
    if len(own) > room:
        fix = "put several statements into one policy, or attach them to a unit in your stack"
        raise refusal(scope, "own_policies", f"at most {room}", len(own), fix)


class ControlRules:
    """Every control policy of the stack spares somebody and fits its quota, as it was synthesized.

    Args:
        scope: The landing zone.
    """

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each policy that does not."""
        for name, resource in synthesized.resources(self._scope).items():
            properties = resource.get("Properties", {})
            if resource["Type"] == _POLICY and properties.get("Type") in CONTROL_POLICIES:
                yield from _faults(self._scope, f"policy {name}", properties["Content"], properties["Type"])


def _faults(scope: IConstruct, option: str, document: Mapping[str, Any], kind: str) -> Iterator[RefusedError]:
    said_of = document.get("Statement", [])
    for index, statement in enumerate(said_of if isinstance(said_of, list) else [said_of]):
        conditions = statement.get("Condition", {}).values()
        if statement.get("Effect") == "Deny" and not any(map(names_who_asks, conditions)):
            said = statement.get("Sid", f"statement {index}")
            fix = "add the condition ArnNotLike on aws:PrincipalArn with the role for emergencies"
            allowed = "sparing a role for emergencies in each denial"
            yield refusal(scope, option, allowed, f"{said} without", fix, rule="scp-break-glass")
    size, most = len(json.dumps(document, separators=(",", ":"))), MOST_CHARACTERS[kind]
    if size > most:
        fix = f"split it, or shorten its actions with wildcards; {path_of(scope)} attaches each by itself"
        yield refusal(scope, option, f"at most {most:,} characters", f"{size:,}", fix, rule="scp-size")
