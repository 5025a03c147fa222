"""The exact policy of a role: minimal actions on exact ARNs of the template."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from wellmade.graph import Resource
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.shapes import SHAPES
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy import Policy, Request, Statement
from wellmade.prove.report import Report
from wellmade.prove.usage import Exemption
from wellmade.prove.workloads import FUNCTIONS

Condition = tuple[tuple[str, str], ...]
_KEPT = ("kms:ViaService", "iam:PassedToService")
"""Condition keys whose value is written with the right, since it is the same at each call."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a right reaches: a resource of the templates with what follows its ARN, or a text."""

    text: str
    """The ARN as it reads here."""
    resource: Resource | None = None
    suffix: str = ""
    """What stands behind the resource's own ARN."""


@dataclass(frozen=True, slots=True)
class Right:
    """Actions on resources."""

    actions: tuple[str, ...]
    targets: tuple[Target, ...]
    condition: Condition = ()

    def document(self) -> dict[str, Any]:
        """Return the statement with the ARNs as they read here."""
        body: dict[str, Any] = {
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": [target.text for target in self.targets],
        }
        if self.condition:
            body["Condition"] = {"StringEquals": dict(self.condition)}
        return body


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """What a role should be allowed."""

    rights: tuple[Right, ...]
    open_questions: tuple[str, ...] = ()
    """What cannot be written, and why."""
    kept: frozenset[tuple[str, str]] = frozenset()
    """Actions with resources of today that stay, for what is not read may use them."""

    def as_policy(self, name: str) -> Policy:
        """Return it compiled, to be compared like any other."""
        documents = [right.document() for right in self.rights]
        return Policy.parse({"Version": "2012-10-17", "Statement": documents}, name)

    def pairs(self) -> set[tuple[str, str]]:
        """Return each action with each ARN that it reaches."""
        return {
            (action, target.text)
            for right in self.rights
            for action in right.actions
            for target in right.targets
        }


class Writer:
    """Writes the policies of a graph's roles.

    Args:
        naming: How values of the templates read.
    """

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._resources = {naming.open_arn(resource): resource for resource in naming.graph.of_type(*SHAPES)}
        self._made_up = {
            naming.name(each) for each in naming.graph.of_type(*FUNCTIONS) if each.get("FunctionName") is None
        }
        """Names of functions that CloudFormation makes up: nobody can write them down."""

    def write(
        self, reports: Iterable[Report], today: Policy, exemptions: Sequence[Exemption]
    ) -> WrittenPolicy:
        """Return the policy of a role.

        Args:
            reports: Of everything that works with it.
            today: Its policies as they are.
            exemptions: Grants that somebody else uses, which are kept.
        """
        reports = list(reports)
        needed: dict[tuple[str, Condition], dict[Target, None]] = defaultdict(dict)
        questions: dict[str, None] = {}
        kept: set[tuple[str, str]] = set()
        for statement, action, resource in _kept(reports, today):
            kept.add((action, resource))
            if (
                statement.keys
                or has_unknown(resource)
                or statement.actions.negated
                or statement.resources.negated
            ):
                questions[
                    f"{action} on {resource} of {statement.where}, which stays as it is: it may be used"
                ] = None
            else:
                needed[action, ()][self._of_text(resource)] = None
        for request in (request for report in reports for request in _requests(report)):
            target = self._target(request, today)
            if target is None:
                questions[f"{request.action} on {self._naming.unknowns.spell(request.resource)}"] = None
            else:
                needed[request.action, _condition(request)][target] = None
        for action, resource in _exempt(today, exemptions):
            needed[action, ()][self._of_text(resource)] = None
        for report in reports:
            questions |= {f"{each.what}: {each.reason}": None for each in report.not_judged}
        return WrittenPolicy(tuple(_grouped(needed)), tuple(questions), frozenset(kept))

    def _target(self, request: Request, today: Policy) -> Target | None:
        """Return what a right should reach; None if that is unknown and nothing today tells it."""
        patterns = [
            resource
            for statement in today.statements
            if statement.allows
            for _, resource in statement.grants(request)
            if resource != "*" and not resource.startswith("Not")
        ]
        if has_unknown(request.resource) or request.resource == "*":
            known = [pattern for pattern in patterns if not has_unknown(pattern)]
            if request.resource == "*":
                return Target("*")
            return self._of_text(known[0]) if known else None
        found = self._of_text(request.resource)
        if not _is_open(found, request.resource):
            return found
        owner = _owner(found, request.resource)
        narrow = [pattern for pattern in patterns if pattern.startswith(owner)]
        if not found.resource and owner.rpartition("/aws/lambda/")[2] in self._made_up:
            owner = f"{owner.rpartition('/')[0]}/*"
        return self._of_text(narrow[0] if narrow else f"{owner}{_rest(request)}")

    def _of_text(self, text: str) -> Target:
        """Return the resource that an ARN means, with what follows it."""
        for end in (len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] in "/:")):
            resource = self._resources.get(text[:end])
            if resource:
                return Target(text, resource, text[end:])
        return Target(text)


def _is_open(target: Target, resource: str) -> bool:
    """Tell whether what follows the resource differs from call to call: keys of objects, streams of logs."""
    service = resource.split(":")[2]
    if service == "s3":
        return "/" in resource
    return service in ("logs", "execute-api") and bool(target.suffix or service == "logs")


def _owner(target: Target, resource: str) -> str:
    if target.resource:
        return target.text.removesuffix(target.suffix) if target.suffix else target.text
    if ":s3:::" in resource:
        return resource.partition("/")[0]
    return resource.partition(":log-stream:")[0]


def _rest(request: Request) -> str:
    service = request.resource.split(":")[2]
    if service == "execute-api":
        return f"/*/{'/'.join(request.resource.split('/')[2:-1])}/*"
    return "/*" if service == "s3" else ":*"


def _requests(report: Report) -> Iterator[Request]:
    """Yield what was allowed and what was denied: both are needed."""
    yield from (each.request for each in report.allowed)
    for denied in report.denied:
        yield Request(denied.action, denied.resource)


def _kept(reports: Sequence[Report], today: Policy) -> Iterator[tuple[Statement, str, str]]:
    """Yield the grants of today that something may use which is not read, or of which not all is known."""
    unused = {(each.action, each.resource) for report in reports for each in report.unused}
    doubtful = frozenset().union(*(report.doubtful for report in reports))
    allowed = [each.request for report in reports for each in report.allowed]
    for statement in today.statements if any(report.not_judged for report in reports) else ():
        used = (
            {grant for request in allowed for grant in statement.grants(request)}
            if statement.allows
            else set()
        )
        for grant in product(statement.actions.names(), statement.resources.names()):
            if statement.allows and grant not in unused and (grant not in used or grant in doubtful):
                yield statement, *grant


def _condition(request: Request) -> Condition:
    return tuple((key, str(request.context[key])) for key in _KEPT if key in request.context)


def _exempt(today: Policy, exemptions: Sequence[Exemption]) -> Iterator[tuple[str, str]]:
    for statement in today.statements:
        if statement.allows and not statement.actions.negated and not statement.resources.negated:
            for action in statement.actions.value:
                for resource in statement.resources.value:
                    if any(each.covers(action, resource) for each in exemptions):
                        yield action, resource


def _grouped(needed: Mapping[tuple[str, Condition], Mapping[Target, None]]) -> Iterator[Right]:
    """Yield rights: those of the same resources as one, in the order of their actions."""
    by_targets: dict[tuple[tuple[Target, ...], Condition], list[str]] = defaultdict(list)
    for (action, condition), targets in sorted(needed.items(), key=lambda item: item[0]):
        ordered = tuple(sorted(targets, key=lambda target: target.text))
        by_targets[ordered, condition].append(action)
    for (ordered, condition), actions in by_targets.items():
        yield Right(tuple(actions), ordered, condition)
