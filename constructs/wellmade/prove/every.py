"""Everything of the templates that works under a role of its own, proved."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from wellmade.graph import Graph, Resource
from wellmade.prove import on_behalf
from wellmade.prove.cdk_providers import provided_by_the_cdk
from wellmade.prove.code.locate import Locator
from wellmade.prove.code.owners import Heard, Owners
from wellmade.prove.deployed.account import Account
from wellmade.prove.deployed.endpoints import Endpoints
from wellmade.prove.deployed.invented import invented, told_texts
from wellmade.prove.deployed.places import Place
from wellmade.prove.deployed.readings import Readings, by_statement
from wellmade.prove.deployed.roles import RolePolicies, Roles
from wellmade.prove.policy import Policy, PolicyError
from wellmade.prove.proof import Proof, Untested, Workload
from wellmade.prove.reach import guarded
from wellmade.prove.reading.witness import sites_of
from wellmade.prove.recordings import Recordings
from wellmade.prove.report import NotJudged, Report, compare, may_be_needed
from wellmade.prove.role import Role
from wellmade.prove.settings import Settings
from wellmade.prove.untested import Doubts, without_declared
from wellmade.prove.workloads import Workloads, by_kind
from wellmade.prove.worlds import Worlds


class Proofs:
    """Compares every role of a graph with what works under it.

    Args:
        graph: The templates.
        recordings: Of tests. Default: none.
        settings: What no template can tell. Default: nothing, and the project is the current folder.
        service_control, resource_control: Control policies that no template holds, by name. Default: none.
        beside: The comparison of the same templates whatever their conditions, where this graph is what some
            of them leave. Default: both branches of each condition are deployed.
        home: Where the workloads that are judged are deployed. Default: where stacks for anywhere are.
    """

    def __init__(
        self,
        graph: Graph,
        recordings: Recordings | None = None,
        settings: Settings | None = None,
        service_control: Mapping[str, Mapping[str, Any]] | None = None,
        resource_control: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        beside: "Proofs | None" = None,
        home: Place | None = None,
    ) -> None:
        self.graph = graph
        self.settings: Settings = settings or Settings()
        self._recordings = recordings or Recordings()
        self._control = service_control, resource_control
        naming = beside.account.naming if beside else None
        self.account: Account = Account(graph, self.settings, self._recordings.names, naming, home)
        self.roles: Roles = Roles(graph, self.account.naming, service_control, resource_control)
        self.locator: Locator = beside.locator if beside else Locator(graph, self.settings)
        self._elsewhere: dict[Place, Proofs] = {}
        self._endpoints = Endpoints(graph, self.account.naming)
        self._by_kind = by_kind(graph)
        self.heard: Mapping[str, Heard] = beside.heard if beside else self._divided()
        self._workloads = Workloads(self.account, self.roles, self.locator, self._recordings, self.heard)

    def every(self) -> Mapping[str, Sequence[Proof]]:
        """Return the proofs by kind: functions, programs and state machines."""
        return {
            kind: [self._at_home(each).merged_proof_of(each) for each in found]
            for kind, found in self._by_kind.items()
        }

    def proof_of(self, resource: Resource) -> Proof:
        """Return the proof of a workload of the graph, with every branch of its conditions deployed."""
        found = self._workloads.of(resource)
        exempt = self.settings.exempt.get(resource.logical_id) or provided_by_the_cdk(resource)
        try:
            report, untested = self._report(found)
        except PolicyError as error:
            report, untested = Report(found.calls, [], [], [], [NotJudged("its policies", str(error))]), []
        return Proof(resource, report, found.witness, exempt, untested, found.told)

    def among(self, graph: Graph) -> "Proofs":
        """Return the comparison of what some conditions leave of the templates."""
        return self._beside(graph, self.account.home)

    def merged_proof_of(self, resource: Resource) -> Proof:
        """Return the proof of a workload, whichever of its conditions hold."""
        return self._worlds.merged(self.proof_of(resource))

    def _at_home(self, resource: Resource) -> "Proofs":
        """Return the comparison in the account and the region of a workload, where its calls go."""
        home = self.account.place_of(resource)
        if home == self.account.home:
            return self
        if home not in self._elsewhere:
            self._elsewhere[home] = self._beside(self.graph, home)
        return self._elsewhere[home]

    def _beside(self, graph: Graph, home: Place) -> "Proofs":
        return Proofs(graph, self._recordings, self.settings, *self._control, beside=self, home=home)

    @cached_property
    def _worlds(self) -> Worlds:
        return Worlds(self)

    def _divided(self) -> Mapping[str, Heard]:
        with_code = [*self._by_kind["functions"], *self._by_kind["programs"]]
        return Owners(with_code, self.locator).divide(self._recordings)

    def _others(self, found: Workload, role: Resource) -> list[Workload]:
        """Return what else works with a role."""
        return [self._workloads.of(each) for each in self._sharing[role.id] if each is not found.resource]

    @cached_property
    def _sharing(self) -> Mapping[str, list[Resource]]:
        sharing: dict[str, list[Resource]] = {}
        for each in (each for found in self._by_kind.values() for each in found):
            if role := self.graph.role_of(each):
                sharing.setdefault(role.id, []).append(each)
        return sharing

    def _report(self, found: Workload) -> tuple[Report, list[Untested]]:
        role = self.graph.role_of(found.resource)
        if role is None:
            return Report(found.calls, [], [], [], [NotJudged("its role", "no template holds it")]), []
        if found.witness == "nothing":
            return Report(0, [], [], [], found.not_judged), []
        others = self._others(found, role)
        silent = [each.resource.logical_id for each in others if each.witness == "nothing"]
        policies = self.roles.policies_of(role)
        also = [asked for each in others for asked in each.asked]
        touched = [*found.asked, *also, *(each for site in found.unreached for each in site.asked)]
        touched += [each for other in others for site in other.unreached for each in site.asked]
        name = self.account.naming.name(found.resource)
        as_role = self.role_for(policies, name, {each.request.resource for each in touched})
        if found.witness == "tests":
            sites = sites_of(self.locator.code_of(found.resource))
            told = {each.resource for each in self._workloads.services.of(found.resource)}
            told |= self.settings.resources()
            as_role = replace(
                as_role, invented=invented(self.account.naming, sites, told), told=told_texts(sites)
            )
        maybe = may_be_needed(row for each in others for row in each.not_judged)
        rows = without_declared(found.not_judged, policies.exemptions)
        report = compare(found.calls, found.asked, rows, as_role, also=also, maybe_also=maybe)
        report = on_behalf.without_doubtful(report, [*found.asked, *also])
        refused = dict.fromkeys(self._endpoints.doubts(found.resource, report.allowed))
        unread = [NotJudged("its policies", each) for each in policies.unread]
        report = replace(report, not_judged=[*report.not_judged, *refused, *unread])
        # What the code calls is asked; of that alone which it may need is not known.
        own = [each._replace(asked=[]) if found.witness == "code" else each for each in found.unreached]
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

    def role_for(self, policies: RolePolicies, session: str, touched: Iterable[str] | None = None) -> Role:
        """Return a role as the comparison takes it, with its reading at best where something is unknown.

        Args:
            policies: Of the role.
            session: Name of its sessions.
            touched: What it acts on, whose policies count. Default: everything.
        """
        every = self.roles.resource_policies
        arns = every if touched is None else {guarded(each, every) for each in touched} - {""}
        resources = {arn: every[arn] for arn in arns}
        readings = [policies.identity, policies.resource_control, *policies.service_control]
        readings += [policies.boundary] if policies.boundary else []
        readings += resources.values()
        unknown = [reason for each in readings for reason in each.unknown]

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
                refusals=self.account.refusals,
                unplaced=self.roles.unplaced,
                keys={name: value for name, value in self.settings.values.items() if ":" in name},
                at_best=at_best,
                unknown=list(dict.fromkeys(unknown)),
                of_statements=by_statement(readings) if unknown else {},
            )

        return read(attrgetter("worst"), read(attrgetter("best")) if unknown else None)
