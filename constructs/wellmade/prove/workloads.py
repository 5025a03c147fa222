"""What works under the roles of a graph, and what is known of its calls."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wellmade.graph import Graph, Resource
from wellmade.prove.calls import Call, passing
from wellmade.prove.calls.dynamodb_keys import without_items
from wellmade.prove.code.locate import Locator
from wellmade.prove.code.owners import Heard
from wellmade.prove.deployed.account import Account
from wellmade.prove.deployed.arguments import Arguments, with_defaults
from wellmade.prove.deployed.regions import is_elsewhere
from wellmade.prove.deployed.roles import Roles
from wellmade.prove.deployed.service_calls import ServiceCalls
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.machines import MACHINES, calls_of, is_distributed, machines_in, waits_of
from wellmade.prove.policy import PolicyError
from wellmade.prove.proof import Unreached, Workload
from wellmade.prove.reading.sites import Site, Unread, place_of
from wellmade.prove.reading.witness import (
    Places,
    leaves_home,
    passed_in_other_sessions,
    readable,
    sites_of,
    unreached,
    unread_of,
)
from wellmade.prove.recordings import Recorded, Recordings, moved
from wellmade.prove.report import Asked, NotJudged, ask, asked_by, may_be_needed
from wellmade.prove.told import Told, general_context
from wellmade.prove.untested import by_untold_sessions, of_other_sessions, of_unread

_CHANGED = "it is not as it was when its calls were recorded; record them again"
_VAGUE = "several functions have the name by which the code calls it; a test has to tell whether it does"
_UNNAMED = "what it acts on is no value of the templates"
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


class Workloads:
    """Tells of each workload what it calls.

    Args:
        account: What is deployed where.
        roles: What the workloads are allowed.
        locator: Finds their code.
        recordings: Of tests.
        heard: What the tests of each called, by its id.
    """

    def __init__(
        self,
        account: Account,
        roles: Roles,
        locator: Locator,
        recordings: Recordings,
        heard: Mapping[str, Heard],
    ) -> None:
        self.account = account
        self.graph: Graph = account.naming.graph
        self.roles = roles
        self.locator = locator
        self._recordings = recordings
        self._heard = heard
        self.services: ServiceCalls = ServiceCalls(self.graph, account.naming, account.keys)
        self._arguments = Arguments(self.graph, account.naming)
        self._known: dict[str, Workload] = {}

    def of(self, resource: Resource) -> Workload:
        """Return what is known of a function, a program or a state machine."""
        if resource.id not in self._known:
            is_machine = resource.type in MACHINES
            found = self._from_definition(resource) if is_machine else self._from_tests(resource)
            self._known[resource.id] = found
        return self._known[resource.id]

    def _from_tests(self, resource: Resource) -> Workload:
        heard = self._heard.get(resource.id, Heard())
        code = self.locator.code_of(resource)
        sites = sites_of(code)
        if not heard.calls:
            if readable(code):
                return self._from_reading(resource, sites)
            why = code.problem or "no test called anything through its code; run its tests with --tests"
            why = why if self._recordings.witness == "tests" else "it called nothing in the local cloud"
            return Workload(resource, "nothing", not_judged=[NotJudged("its calls", why)])
        changed = [NotJudged(place_of(file), _CHANGED) for file in heard.changed]
        heard = Heard(heard.calls, with_defaults(heard.variables, sites))
        foreign = passed_in_other_sessions(sites, heard.calls)
        own = [each for each in heard.calls if id(each) not in foreign]
        calls = self._distinct(resource, own, Places(sites))
        found = self._asked(resource, self._recordings.witness, calls, heard)
        found.asked = list(by_untold_sessions(found.asked, sites))
        found.not_judged += [*changed, *of_other_sessions(foreign.values())]
        unread = [each for each in self._recordings.unread if each.function == resource.id]
        found.not_judged += [NotJudged(each.what, each.reason) for each in unread]
        self._take_unread(found, sites, heard.calls)
        found.asked += self._by_services(resource)
        found.not_judged += of_other_sessions(missed := unreached(sites, heard.calls))
        found.unreached = self._asked_by(resource, [site for site in missed if not site.is_foreign], heard)
        return found

    def _distinct(self, resource: Resource, heard: Sequence[Recorded], places: Places) -> list[Call]:
        """Return what was called as it is made when deployed, what asks for the same rights once."""
        whole = self._asks_for_items(resource)
        leaves: dict[tuple[str, str], bool] = {}
        calls: dict[tuple[object, ...], tuple[Call, Site | None]] = {}
        naming, code = self.account.naming, self.locator.code_of(resource)
        for each in heard:
            where = each.call.service, each.call.region
            if where not in leaves:
                leaves[where] = leaves_home(code, each.call)
            at_home = each.at_home and not leaves[where]
            here = replace(each, at_home=at_home) if at_home != each.at_home else each
            call = moved(here, self._recordings.account, naming.account, naming.region)
            call = call if whole else without_items(call)
            place = places.of(each)
            calls.setdefault((*_key(call), id(place)), (call, place))
        made = [self._here(resource, *each) for each in calls.values()]
        return list({_key(each): each for of_one in made for each in of_one}.values())

    def _here(self, resource: Resource, call: Call, place: Site | None) -> list[Call]:
        return self._arguments.as_deployed(resource, call, place) if place else [call]

    def _asks_for_items(self, resource: Resource) -> bool:
        """Tell whether it matters for a workload's rights which items of a table it reads and writes."""
        role = self.graph.role_of(resource)
        try:
            keys = self.roles.condition_keys_of(role) if role else frozenset()
        except PolicyError:
            return True
        return any(key.startswith("dynamodb:") for key in keys)

    def _asked_by(self, resource: Resource, sites: Sequence[Site], heard: Heard) -> list[Unreached]:
        """Return calls in code, each with what it asks of AWS."""
        calls = self._arguments.calls(resource, sites)
        if not calls:
            return []
        every = [call for of_site in calls for call in of_site]
        context = self.account.context(resource, heard.variables, every)
        found = [ask(of_site, context) for of_site in calls]
        return [
            Unreached(site, [] if unknown else asked, [*may_be_needed(unknown), *_roles(site, asked)])
            for site, (asked, unknown) in zip(sites, found, strict=True)
        ]

    def _from_reading(self, resource: Resource, sites: Sequence[Site]) -> Workload:
        """Take the calls from the code itself, which knows less of them than a test does."""
        own = [site for site in sites if not site.is_foreign]
        by_site = self._arguments.calls(resource, own)
        calls = [call for of_site in by_site for call in of_site]
        pairs = zip(own, by_site, strict=True)
        vague = {id(call) for site, made in pairs if not site.is_sure for call in made}
        found = self._asked(resource, "code", calls, Heard())
        found.asked = [_as_far_as_read(each, id(each.call) in vague) for each in found.asked]
        found.not_judged += of_other_sessions(sites)
        self._take_unread(found, sites, ())
        found.asked += self._by_services(resource)
        found.unreached = self._asked_by(resource, own, Heard())
        return found

    def _take_unread(self, found: Workload, sites: Sequence[Site], heard: Sequence[Recorded]) -> None:
        """Take what no line tells as it is told in `wellmade.toml`, or as not judged."""
        code = self.locator.code_of(found.resource)
        told = Told(self.account.libraries, self._runs(found.resource, unread_of(code, sites, ())))
        rows = self._runs(found.resource, unread_of(code, sites, heard))
        found.not_judged += of_unread(told.without(rows), sites)
        found.asked += told.asked(self.account.naming)
        found.told = told.lines

    def _runs(self, resource: Resource, unread: Sequence[Unread]) -> list[Unread]:
        """Return what may run: without what needs a variable that the function's environment lacks.

        An image may set variables of its own. A client in the region of the function is like any other, and
        so is one in a region that is named where nobody tells the function's.
        """
        in_archive = resource.type in FUNCTIONS and resource.get("PackageType") != "Image"
        whole = in_archive and isinstance(resource.get("Environment.Variables", {}), Mapping)
        given = self.graph.environment_of(resource) if whole else {}
        unread = [
            each for each in unread if not each.region or is_elsewhere(each.region, given, self.account)
        ]
        return [each for each in unread if not whole or not each.needs or each.needs in given]

    def _from_definition(self, machine: Resource) -> Workload:
        naming = self.account.naming
        calls, unknown = calls_of(machine, naming)
        found = self._asked(machine, "definition", calls, Heard())
        found.not_judged += unknown
        found.asked += self._by_services(machine)
        for need, required, only_if in waits_of(machine, naming):
            # Which execution or which task it will be is known to nobody beforehand: any of them.
            what = "Step Functions, beside its tasks", need.action, need.resource
            context = {**general_context(need.resource, naming), **need.context}
            asked = asked_by(*what, required=required, context=context)
            found.asked.append(replace(asked, only_if=only_if))
        if is_distributed(machine):
            start = ("Step Functions, for a distributed map", "states:StartExecution", naming.arn(machine))
            found.asked.append(asked_by(*start, required=True, context=general_context(start[-1], naming)))
        return found

    def _asked(self, resource: Resource, witness: str, calls: Sequence[Call], heard: Heard) -> Workload:
        context = self.account.context(resource, heard.variables, calls)
        asked, not_judged = ask(calls, context)
        return Workload(resource, witness, len(calls), asked, not_judged)

    def _by_services(self, resource: Resource) -> list[Asked]:
        return [
            asked_by(
                each.who,
                each.action,
                each.resource,
                required=each.required,
                context=general_context(each.resource, self.account.naming) | dict(each.context),
            )
            for each in self.services.of(resource)
        ]


def by_kind(graph: Graph) -> dict[str, list[Resource]]:
    """Return everything that works under a role: functions, programs and state machines."""
    tasks = graph.of_type("AWS::ECS::TaskDefinition")
    return {
        "functions": graph.of_type(*FUNCTIONS),
        "programs": [task for task in tasks if task.get("TaskRoleArn") is not None],
        "machines": machines_in(graph),
    }


def _as_far_as_read(asked: Asked, vague: bool) -> Asked:  # noqa: FBT001 - of one caller
    """Return what the code asks so that it is denied only where code alone can tell that it is called."""
    unnamed = _UNNAMED if has_unknown(asked.request.resource) else ""
    return replace(asked, only_if=asked.only_if or (_VAGUE if vague else unnamed))


def _roles(site: Site, asked: Sequence[Asked]) -> list[str]:
    """Return the right to pass a role, where a call may pass one and no line tells which."""
    told = site.is_whole or not asked or any(each.request.action == passing.ACTION for each in asked)
    return [] if told or not passing.passes(Call(site.service, site.operation)) else [passing.ACTION]


def _key(call: Call) -> tuple[str, str, str]:
    """Return what tells a call from others: the same call of another line asks for nothing more."""
    return call.service, call.operation, repr((call.parameters, call.region, call.endpoint))
