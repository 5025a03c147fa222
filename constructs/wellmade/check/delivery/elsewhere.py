"""Whether something besides one statement lets whoever holds it do an action on a bucket or its objects."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.judge import Judge
from wellmade.check.managed_policies import holders_of
from wellmade.graph import Resource
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy import Policy

_BUCKETS = "arn:aws:s3:::"


class Elsewhere:
    """All policies of some templates, asked for what none of them surely allows."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._judge = Judge(deployed)

    def may(self, policy: Resource, action: str, bucket: str, *, on_objects: bool) -> bool:
        """Tell whether every holder of a policy may do an action there; true where a part is not shown.

        Args:
            policy: What holds the statement in question, or the role itself.
            action: As it is written.
            bucket: The ARN of the bucket.
            on_objects: Whether it is asked of an object in the bucket, whatever its name.
        """
        holders = holders_of(self._deployed.graph, policy)
        found = (self._may(holder, action, bucket, on_objects=on_objects) for holder in holders)
        return all(found) if holders else True

    def _may(self, holder: Resource, action: str, bucket: str, *, on_objects: bool) -> bool:
        own = self._judge.policies_of(holder)
        target = self._deployed.by_arn.get(bucket)
        guard = self._judge.policy_on(target, of_source=False) if target else None
        if own is None or guard is None:
            return True
        resources = (
            text for each in (own[1], guard) for text in _named(each, action, self._deployed.arn(holder))
        )
        return any(_reaches(text, bucket, on_objects=on_objects) for text in resources)


def _named(policy: Policy, action: str, principal: str) -> Iterator[str]:
    """Yield the resources on which statements allow it; `*` for those that name what they do not mean."""
    for statement in policy.speaking_of(action, allows=True):
        if statement.level(principal):
            yield from ("*",) if statement.resources.negated else statement.resources.value


def _reaches(text: str, bucket: str, *, on_objects: bool) -> bool:
    if has_unknown(text) or not text.startswith(_BUCKETS):
        return has_unknown(text) or "*" in text
    name, slash, _ = text.removeprefix(_BUCKETS).partition("/")
    is_any = "*" in name and fnmatchcase(bucket.removeprefix(_BUCKETS), name)
    return is_any or (name == bucket.removeprefix(_BUCKETS) and bool(slash) is on_objects)
