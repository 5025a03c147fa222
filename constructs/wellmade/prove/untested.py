"""Calls in code that no test has reached: what would become of them, and what they leave open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from wellmade.prove.calls import Call
from wellmade.prove.calls.catalogue import model_of, prefix_of
from wellmade.prove.calls.mapping import action_of
from wellmade.prove.calls.models import has_service
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.judge import Judge
from wellmade.prove.policy import Policy, Request
from wellmade.prove.proof import Unreached, Untested
from wellmade.prove.reading.python_surroundings import SIGNED
from wellmade.prove.reading.sites import ANY, Site, Unread
from wellmade.prove.report import Asked, NotJudged, Report
from wellmade.prove.role import Role
from wellmade.prove.usage import Exemption, Unused

_UNTOLD_SESSION = "the code has sessions of other roles too, and no line tells with which it is called"
NEVER = "never used"
"""Of a grant of which nothing is used."""


class Doubts:
    """Weighs what no test has reached against a role.

    Args:
        role: As it is compared with what was called.
        unreached: The calls in the code of a workload.
        users: What may use the grants of the role: calls of all that work with it.
    """

    def __init__(self, role: Role, unreached: Sequence[Unreached], users: Sequence[Unreached]) -> None:
        self._judge = Judge(role)
        self._own = Policy.union(role.policies)
        self._users = users
        self.untested: list[Untested] = [self._outcome(each) for each in unreached]

    def rows(self, heard: Iterable[Asked]) -> list[NotJudged]:
        """Return a row for each call that would be denied, or of which that is not known.

        Args:
            heard: What was called; of the same operation at another line it is known.
        """
        called = {(each.call.service, each.call.operation) for each in heard}
        return [row for each in self.untested if (row := _row(each, called))]

    def without_doubtful(self, report: Report) -> Report:
        """Return the report with each grant not judged that only these calls use."""
        doubtful = {unused: user for unused in report.unused if (user := self._user_of(unused))}
        rows = [
            NotJudged(
                f"{unused.action} on {unused.resource}",
                f"only {site.place} uses it, which no test has reached",
            )
            for unused, site in doubtful.items()
        ]
        unused = [each for each in report.unused if each not in doubtful]
        return replace(report, unused=unused, not_judged=[*report.not_judged, *rows])

    def _outcome(self, unreached: Unreached) -> Untested:
        outcome = "allowed" if unreached.asked else "not judged"
        for each in unreached.asked:
            decision, unsure = self._judge.decide(self._judge.from_role(each.request))
            if unsure:
                outcome = "not judged" if outcome == "allowed" else outcome
            elif not decision.allowed:
                outcome = "denied"
        return Untested(unreached.site, outcome)

    def _user_of(self, unused: Unused) -> Site | None:
        """Return the first call in code that uses a grant."""
        if unused.why != NEVER:
            return None
        for site, asked, actions in self._users:
            requests = [self._judge.from_role(each.request) for each in asked]
            vague = [each.action for each in requests if has_unknown(each.resource)]
            if self._judge.may_use(unused, [*vague, *actions]):
                return site
            if any(self._grants(unused, each) for each in requests if not has_unknown(each.resource)):
                return site
        return None

    def _grants(self, unused: Unused, request: Request) -> bool:
        return any(
            statement.where == unused.where and (unused.action, unused.resource) in statement.grants(request)
            for statement in self._own.statements
        )


def _row(untested: Untested, called: set[tuple[str, str]]) -> NotJudged | None:
    """Say why a call that no test has reached leaves its role open; None if it does not."""
    site, outcome = untested
    if outcome == "allowed" or (site.indirect and outcome != "denied"):
        return None
    if outcome == "not judged" and (site.service, site.operation) in called:
        return None  # at another line, where it is allowed
    what = "it would be denied" if outcome == "denied" else "what it acts on is not known"
    return NotJudged(
        f"{site.service}:{site.operation}", f"no test has reached {site.place}, which calls it; {what}"
    )


def of_other_sessions(sites: Iterable[Site]) -> Iterator[NotJudged]:
    """Yield a row for each call whose session may have other rights than the function."""
    for site in sites:
        if site.is_foreign:
            reason = f"{site.place} calls it with a session that is handed over or has keys of its own"
            yield NotJudged(
                f"{site.service}:{site.operation}", reason, action_of(Call(site.service, site.operation))
            )


def by_untold_sessions(asked: Sequence[Asked], sites: Sequence[Site]) -> Iterator[Asked]:
    """Yield what was asked; what no line tells is no denial where code has sessions of other roles too."""
    own = {(site.service, site.operation) for site in sites if not site.is_foreign}
    has_others = any(site.is_foreign for site in sites)
    for each in asked:
        is_told = not has_others or (each.call.service, each.call.operation) in own
        yield each if is_told or each.only_if else replace(each, only_if=_UNTOLD_SESSION)


def of_unread(unread: Iterable[Unread], sites: Sequence[Site] = ()) -> Iterator[NotJudged]:
    """Yield a row for each thing in code whose calls nobody knows, once for each service that it may call.

    Args:
        unread: What may call.
        sites: The calls that are read: a client of another region may make these there.
    """
    told = set()
    for each in unread:
        reason = f"{each.place} uses it, and neither the code nor a test tells what it calls"
        if each.region:
            made = [site for site in sites if each.services == ANY or site.service in each.services]
            actions = dict.fromkeys(action_of(Call(site.service, site.operation)) for site in made)
            yield NotJudged(each.what, reason, others=tuple(actions))
            continue
        for service in each.services:
            what = each.what if len(each.services) == 1 else f"{service} by {each.what}"
            if what not in told:
                told.add(what)
                yield NotJudged(what, reason, f"{_prefix(service)}:")


def without_declared(rows: Iterable[NotJudged], declared: Iterable[Exemption]) -> list[NotJudged]:
    """Return rows without requests that are signed for a service of which a grant says who uses it."""
    told = {each.action.partition(":")[0] + ":" for each in declared}
    return [each for each in rows if not each.what.startswith(SIGNED) or each.action not in told]


def _prefix(service: str) -> str:
    """Return what IAM calls a service; as it is where boto3 does not know it."""
    if not has_service(service):
        return service
    return prefix_of(Call(service, next(iter(model_of(service).operation_names))))
