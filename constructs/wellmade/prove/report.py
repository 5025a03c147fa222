"""Least privilege, both ways: the calls that would be denied, and the grants that no call used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wellmade.prove.calls import AccountContext, Call, NotToldError, passing, requests
from wellmade.prove.calls.mapping import action_of, doubt_of
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.judge import INVENTED, Judge
from wellmade.prove.policy import Policy, Request, Value
from wellmade.prove.role import Role
from wellmade.prove.usage import Exemption, Unused, stale, unused


@dataclass(frozen=True, slots=True)
class Asked:
    """What one call asks of AWS: one of its requests."""

    call: Call
    request: Request
    required: bool = True
    """False for what a service only tries: a denial of it is no finding."""
    only_if: str = ""
    """When alone it is asked, if that is not known: then a denial of it is not judged."""


def asked_by(who: str, action: str, resource: str, *, required: bool, context: Mapping[str, Value]) -> Asked:
    """Return what a service asks of AWS with somebody's role, with the condition keys of the request."""
    service, _, operation = action.partition(":")
    return Asked(Call(service, operation, {"by": who}), Request(action, resource, context), required)


@dataclass(frozen=True, slots=True)
class Denied:
    """A call that AWS would deny."""

    call: Call
    action: str
    resource: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Something of which nothing can be said, and why."""

    what: str
    """The call or the grant, such as `s3:GetObject`."""
    reason: str
    action: str = ""
    """The action that it may need; empty if that is unknown too."""
    others: tuple[str, ...] = ()
    """Other actions that it may need."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the comparison."""

    calls: int
    denied: Sequence[Denied]
    unused: Sequence[Unused]
    stale: Sequence[Exemption]
    """Declared, and not granted any more."""
    not_judged: Sequence[NotJudged] = ()
    allowed: Sequence[Asked] = ()
    """What was asked and is allowed."""
    doubtful: frozenset[tuple[str, str]] = frozenset()
    """Actions with resources, as granted, that something may use of which not all is known."""

    @property
    def proven(self) -> bool:
        """Whether the role allows exactly what is called and declared, and all of it is known."""
        return not (self.denied or self.unused or self.stale or self.not_judged)

    @property
    def verdict(self) -> str:
        """`proven`, `not proven`, or `not judged` where nothing is wrong and something is unknown."""
        if self.denied or self.unused or self.stale:
            return "not proven"
        return "not judged" if self.not_judged else "proven"


def prove(calls: Iterable[Call], role: Role, account: AccountContext) -> Report:
    """Compare what was called with what a role allows.

    Args:
        calls: As recorded, in whatever order.
        role: Who makes them.
        account: The account, and what is known of it.
    """
    recorded = list(calls)
    asked, not_judged = ask(recorded, account)
    return compare(len(recorded), asked, not_judged, role)


def ask(calls: Iterable[Call], account: AccountContext) -> tuple[list[Asked], list[NotJudged]]:
    """Return what calls ask of AWS, and those of which that cannot be told."""
    asked: list[Asked] = []
    not_judged: dict[NotJudged, None] = {}
    for call in calls:
        try:
            asked.extend(
                Asked(call, request, only_if=doubt_of(call, request)) for request in requests(call, account)
            )
        except NotToldError as error:
            name = f"{call.service}:{call.operation}"
            not_judged[NotJudged(name, str(error), action_of(call))] = None
    return asked, list(not_judged)


def compare(
    calls: int,
    asked: Iterable[Asked],
    not_judged: Iterable[NotJudged],
    role: Role,
    *,
    also: Iterable[Asked] = (),
    maybe_also: Iterable[str] = (),
) -> Report:
    """Compare what was asked with what a role allows.

    Args:
        calls: How many calls asked for it.
        asked: The requests.
        not_judged: What could not be asked.
        role: Who asks.
        also: Asked by others that work with the same role; what they use is used. Default: nothing.
        maybe_also: Actions that these may use, without that more is known. Default: none.
    """
    judge = Judge(role)
    denied: dict[tuple[str, str, str], Denied] = {}
    unknown: dict[NotJudged, None] = dict.fromkeys(not_judged)
    allowed: list[Asked] = []
    used: list[Request] = []
    maybe = [*may_be_needed(unknown), *maybe_also]
    decided = [(each, request, *judge.decide(request)) for each, request in _from_role(judge, asked)]
    reached = {_kind(request) for _, request, decision, unsure in decided if decision.allowed and not unsure}
    for each, request, decision, told in decided:
        # Where what is granted was called too, another name is another resource.
        unsure = "" if told == INVENTED and _kind(request) in reached else told
        unsure = unsure if decision.allowed else each.only_if or unsure
        if unsure:
            maybe += _may_need(request)
            if not each.required:
                continue
            unknown[NotJudged(f"{request.action} on {request.resource}", unsure)] = None
        elif decision.allowed:
            allowed.append(replace(each, request=request))
        elif each.required:
            why = judge.lacking(request, decision)
            found = Denied(each.call, request.action, request.resource, why)
            denied.setdefault((each.call.operation, found.action, found.resource), found)
        else:
            # A boundary or an organization takes away what the role is granted for a service that can do
            # without, such as a log group that exists: the grant is for that use all the same.
            used.append(request)
    used += [each.request for each in allowed]
    for _, request in _from_role(judge, also):
        decision, unsure = judge.decide(request)
        if decision.allowed and not unsure:
            used.append(request)
        elif unsure:
            maybe += _may_need(request)
    own = Policy.union(role.policies)
    not_used = [each for each in unused(own, used, role.declared) if not judge.may_use(each, maybe)]
    not_granted = stale(own, role.declared)
    doubtful = judge.grants_for(maybe)
    return Report(calls, list(denied.values()), not_used, not_granted, list(unknown), allowed, doubtful)


def may_be_needed(rows: Iterable[NotJudged]) -> list[str]:
    """Return the actions that what is not judged may need: to pass a role too, where it may pass one."""
    actions = [action for row in rows for action in (row.action, *row.others) if action]
    return [*actions, *([passing.ACTION] if any(map(passing.may_pass, actions)) else [])]


def _may_need(request: Request) -> list[str]:
    """Return the actions that a request which is not judged may need: of what nobody names, its key's too."""
    return [request.action, *(["kms:"] if has_unknown(request.resource) else [])]


def _kind(request: Request) -> tuple[str, str]:
    """Return an action and the kind of resource that it acts on, such as a table."""
    return request.action, request.resource.partition("/")[0]


def _from_role(judge: Judge, asked: Iterable[Asked]) -> Iterator[tuple[Asked, Request]]:
    """Yield the requests of a role; of an operation's that its policies cannot tell apart the first."""
    seen = set()
    for each in asked:
        key = (each.call.operation, each.required, *judge.seen(each.request))
        if key not in seen:
            seen.add(key)
            yield each, judge.from_role(each.request)
