"""Everything of the templates that works under a role of its own, proved."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from wellmade.graph import Graph, Resource
from wellmade.prove import on_behalf
from wellmade.prove.calls import Call
from wellmade.prove.calls.dynamodb_keys import without_items
from wellmade.prove.cdk_providers import provided_by_the_cdk
from wellmade.prove.code.locate import Locator
from wellmade.prove.code.owners import Heard, Owners
from wellmade.prove.deployed.account import Account
from wellmade.prove.deployed.arguments import Arguments, with_defaults
from wellmade.prove.deployed.documents import Readings
from wellmade.prove.deployed.endpoints import Endpoints
from wellmade.prove.deployed.invented import invented
from wellmade.prove.deployed.roles import RolePolicies, Roles
from wellmade.prove.deployed.service_calls import ServiceCalls
from wellmade.prove.judge import Role
from wellmade.prove.machines import calls_of, is_distributed, machines_in, waits_of
from wellmade.prove.policy import Policy, PolicyError
from wellmade.prove.proof import Proof, Unreached, Untested, Workload
from wellmade.prove.reading.sites import Site
from wellmade.prove.reading.witness import passed_in_other_sessions, place_of, readable, sites_of, unreached
from wellmade.prove.recordings import Recorded, Recordings, moved
from wellmade.prove.report import Asked, NotJudged, Report, ask, asked_by, compare
from wellmade.prove.settings import Settings
from wellmade.prove.untested import Doubts, of_other_sessions

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


class Proofs:
    """Compares every role of a graph with what works under it.

    Args:
        graph: The templates.
        recordings: Of tests. Default: none.
        settings: What no template can tell. Default: nothing, and the project is the current folder.
        service_control, resource_control: Control policies that no template holds, by name. Default: none.
    """

    def __init__(
        self,
        graph: Graph,
        recordings: Recordings | None = None,
        settings: Settings | None = None,
        service_control: Mapping[str, Mapping[str, Any]] | None = None,
        resource_control: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.graph = graph
        self.settings: Settings = settings or Settings()
        self._recordings = recordings or Recordings()
        self.account: Account = Account(graph, self.settings, self._recordings.names)
        self.roles: Roles = Roles(graph, self.account.naming, service_control, resource_control)
        self.locator: Locator = Locator(graph, self.settings)
        self._services = ServiceCalls(graph, self.account.naming, self.account.keys)
        self._endpoints = Endpoints(graph, self.account.naming)
        self._arguments = Arguments(graph, self.account.naming)
        self._functions = graph.of_type(*FUNCTIONS)
        tasks = graph.of_type("AWS::ECS::TaskDefinition")
        self._programs = [task for task in tasks if task.get("TaskRoleArn") is not None]
        self.owners: Owners = Owners([*self._functions, *self._programs], self.locator)
        self._heard = self.owners.divide(self._recordings)

    def every(self) -> Mapping[str, Sequence[Proof]]:
        """Return the proofs by kind: functions, programs and state machines."""
        kinds = {
            "functions": [self._from_tests(each) for each in self._functions],
            "programs": [self._from_tests(each) for each in self._programs],
            "machines": [self._from_definition(each) for each in machines_in(self.graph)],
        }
        sharing: dict[str, list[Workload]] = defaultdict(list)
        for found in kinds.values():
            for each in found:
                role = self.graph.role_of(each.resource)
                if role:
                    sharing[role.id].append(each)
        return {kind: [self._proof(each, sharing) for each in found] for kind, found in kinds.items()}

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
        heard = Heard(heard.calls, with_defaults(heard.variables, sites))
        foreign = passed_in_other_sessions(sites, heard.calls)
        here = [self._here(resource, each, sites) for each in heard.calls if id(each) not in foreign]
        every = [each for calls in here for each in calls]
        kept = every if self._asks_for_items(resource) else map(without_items, every)
        calls = list({_key(each): each for each in kept}.values())
        found = self._asked(resource, self._recordings.witness, calls, heard)
        found.not_judged += of_other_sessions(foreign.values())
        unread = [each for each in self._recordings.unread if each.function == resource.id]
        found.not_judged += [NotJudged(each.what, each.reason) for each in unread]
        found.asked += self._by_services(resource)
        found.not_judged += of_other_sessions(missed := unreached(sites, heard.calls))
        found.unreached = self._asked_by(resource, [site for site in missed if not site.is_foreign], heard)
        return found

    def _here(self, resource: Resource, recorded: Recorded, sites: Sequence[Site]) -> list[Call]:
        """Return a call as it is made when deployed."""
        call = moved(recorded.call, self._recordings.account, self.account.naming.account)
        place = place_of(recorded, sites)
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
            Unreached(site, [] if unknown else asked, [each.action for each in unknown if each.action])
            for site, (asked, unknown) in zip(sites, found, strict=True)
        ]

    def _from_reading(self, resource: Resource, sites: Sequence[Site]) -> Workload:
        """Take the calls from the code itself, which knows less of them than a test does."""
        own = [site for site in sites if not site.is_foreign]
        calls = [call for of_site in self._arguments.calls(resource, own) for call in of_site]
        found = self._asked(resource, "code", calls, Heard())
        found.not_judged += of_other_sessions(sites)
        found.asked += self._by_services(resource)
        found.unreached = self._asked_by(resource, own, Heard())
        return found

    def _from_definition(self, machine: Resource) -> Workload:
        naming = self.account.naming
        calls, unknown = calls_of(machine, naming)
        found = self._asked(machine, "definition", calls, Heard())
        found.not_judged += unknown
        found.asked += self._by_services(machine)
        for need in waits_of(machine, naming):
            # Which execution or which task it will be is known to nobody beforehand: any of them.
            what = "Step Functions, to start tasks and to wait", need.action, need.resource
            found.asked.append(asked_by(*what, required=True, context=need.context))
        if is_distributed(machine):
            start = ("Step Functions, for a distributed map", "states:StartExecution", naming.arn(machine))
            found.asked.append(asked_by(*start, required=True))
        return found

    def _asked(self, resource: Resource, witness: str, calls: Sequence[Call], heard: Heard) -> Workload:
        context = self.account.context(resource, heard.variables, calls)
        asked, not_judged = ask(calls, context)
        return Workload(resource, witness, len(calls), asked, not_judged)

    def _by_services(self, resource: Resource) -> list[Asked]:
        return [
            asked_by(each.who, each.action, each.resource, required=each.required)
            for each in self._services.of(resource)
        ]

    def _proof(self, found: Workload, sharing: Mapping[str, list[Workload]]) -> Proof:
        exempt = self.settings.exempt.get(found.resource.logical_id) or provided_by_the_cdk(found.resource)
        try:
            report, untested = self._report(found, sharing)
        except PolicyError as error:
            report, untested = Report(found.calls, [], [], [], [NotJudged("its policies", str(error))]), []
        return Proof(found.resource, report, found.witness, exempt, untested)

    def _report(
        self, found: Workload, sharing: Mapping[str, list[Workload]]
    ) -> tuple[Report, list[Untested]]:
        role = self.graph.role_of(found.resource)
        if role is None:
            return Report(found.calls, [], [], [], [NotJudged("its role", "no template holds it")]), []
        if found.witness == "nothing":
            return Report(0, [], [], [], found.not_judged), []
        others = [each for each in sharing[role.id] if each is not found]
        silent = [each.resource.logical_id for each in others if each.witness == "nothing"]
        policies = self.roles.policies_of(role)
        as_role = self.role_for(policies, self.account.naming.name(found.resource))
        if found.witness == "tests":
            sites = sites_of(self.locator.code_of(found.resource))
            as_role = replace(as_role, invented=invented(self.account.naming, sites))
        also = [asked for each in others for asked in each.asked]
        report = compare(found.calls, found.asked, found.not_judged, as_role, also=also)
        report = on_behalf.without_doubtful(report, [*found.asked, *also])
        refused = dict.fromkeys(self._endpoints.doubts(found.resource, report.allowed))
        unread = [NotJudged("its policies", each) for each in policies.unread]
        report = replace(report, not_judged=[*report.not_judged, *refused, *unread])
        own = [] if found.witness == "code" else found.unreached
        doubts = Doubts(
            as_role,
            found.unreached,
            [site for each in (own, *(o.unreached for o in others)) for site in each],
        )
        report = doubts.without_doubtful(report)
        if found.witness != "code":
            report = replace(report, not_judged=[*report.not_judged, *doubts.rows(found.asked)])
        if not silent or not report.unused:
            return report, doubts.untested
        shared = f"{' and '.join(silent)} works with the same role, and its calls are not known"
        doubtful = [NotJudged(f"{each.action} on {each.resource}", shared) for each in report.unused]
        return replace(report, unused=[], not_judged=[*report.not_judged, *doubtful]), doubts.untested

    def role_for(self, policies: RolePolicies, session: str) -> Role:
        """Return a role as the comparison takes it, with its reading at best where something is unknown."""
        resources = self.roles.resource_policies
        readings = [policies.identity, policies.resource_control, *policies.service_control]
        readings += [policies.boundary] if policies.boundary else []
        unknown = [reason for each in (*readings, *resources.values()) for reason in each.unknown]

        def read(way: Callable[[Readings], Policy], at_best: Role | None = None) -> Role:
            return Role(
                arn=policies.arn,
                policies=[way(policies.identity)],
                boundary=way(policies.boundary) if policies.boundary else None,
                resource_policies={arn: way(each) for arn, each in resources.items()},
                declared=policies.exemptions,
                service_control=[[way(each)] for each in policies.service_control],
                resource_control=[way(policies.resource_control)],
                session=session,
                at_best=at_best,
                unknown=list(dict.fromkeys(unknown)),
            )

        return read(attrgetter("worst"), read(attrgetter("best")) if unknown else None)


def _key(call: Call) -> tuple[str, str, str]:
    """Return what tells a call from others: the same call of another line asks for nothing more."""
    return call.service, call.operation, repr((call.parameters, call.region, call.endpoint))
