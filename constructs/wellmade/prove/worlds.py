"""A proof in every way in which the conditions of the templates can hold together.

What a condition gives a variable, and what it gives a policy, is deployed together: a call that is denied in
one of these ways is denied there, whatever the others allow.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol, Self

from wellmade.graph import Conditions, Graph, Resource, World, settled
from wellmade.prove.deployed.account import Account
from wellmade.prove.deployed.deciding import conditions_of
from wellmade.prove.deployed.roles import Roles
from wellmade.prove.policy import PolicyError
from wellmade.prove.proof import Proof, Untested
from wellmade.prove.report import Denied, NotJudged, Report
from wellmade.prove.usage import Exemption, Unused, grants_of

MOST = 64
"""In so many ways the conditions that decide a workload's rights may hold together."""
FEW = 8
"""In so many ways all of its conditions are followed."""
_WORST_FIRST = ("denied", "not judged", "allowed")

Found = Sequence[tuple[World, Proof, frozenset[tuple[str, str]]]]
"""Of each way the proof, and what the role then grants."""


class Comparison(Protocol):
    """The comparison of what works under the roles of a graph."""

    graph: Graph
    account: Account
    roles: Roles

    def proof_of(self, resource: Resource) -> Proof:
        """Return the proof of a workload, with every branch of its conditions deployed."""

    def among(self, graph: Graph) -> Self:
        """Return the comparison of what some conditions leave of the templates."""


class Worlds:
    """Repeats proofs where conditions of the templates decide.

    Args:
        proofs: With every branch of the conditions.
    """

    def __init__(self, proofs: Comparison) -> None:
        self._proofs = proofs
        self._among: dict[World, Comparison] = {}

    def merged(self, proof: Proof) -> Proof:
        """Return what is said of a workload, whichever of its conditions hold."""
        if not self._proofs.graph.is_conditional or proof.exempt or proof.witness == "nothing":
            return proof
        allowed, called = conditions_of(self._proofs.graph, proof.workload)
        names = allowed | called
        worlds = self._conditions.worlds(names, FEW)
        if worlds is None:
            names = allowed | self._conditions.related(called, allowed)
            worlds = self._conditions.worlds(names, MOST)
        if not names:
            return proof
        if worlds is None:
            reason = f"{len(names)} conditions decide together what it calls and what its role allows"
            rows = [*proof.report.not_judged, NotJudged("its conditions", reason)]
            return replace(proof, report=replace(proof.report, not_judged=rows))
        found = [
            (world, each, self._granted(world, each)) for world in worlds if (each := self._in(world, proof))
        ]
        return replace(proof, report=_report(proof, found), untested=_untested(found)) if found else proof

    @cached_property
    def _conditions(self) -> Conditions:
        return Conditions(self._proofs.graph.stacks, self._proofs.account.naming.settled)

    def _in(self, world: World, proof: Proof) -> Proof | None:
        """Return the proof where some conditions hold; None where the workload is then not deployed."""
        if world not in self._among:
            graph = self._proofs.graph
            left = Graph(settled(graph.resources.values(), world), graph.stacks)
            self._among[world] = self._proofs.among(left)
        there = self._among[world]
        workload = there.graph.resources.get(proof.workload.id)
        return there.proof_of(workload) if workload else None

    def _granted(self, world: World, proof: Proof) -> frozenset[tuple[str, str]]:
        there = self._among[world]
        role = there.graph.role_of(proof.workload)
        try:
            return frozenset(grants_of(there.roles.policies_of(role).identity.worst)) if role else frozenset()
        except PolicyError:
            return frozenset()


def _report(proof: Proof, found: Found) -> Report:
    """Return the reports as one: what is denied anywhere, and what is unused wherever it is granted."""
    reports = [each.report for _, each, _ in found]
    allowed = {
        (each.call.operation, each.request.action, each.request.resource): each
        for report in reports
        for each in report.allowed
    }
    return Report(
        proof.report.calls,
        _denied(found),
        _unused(proof.report.unused, found),
        _stale(reports),
        list(dict.fromkeys(row for report in reports for row in report.not_judged)),
        list(allowed.values()),
        frozenset().union(*(report.doubtful for report in reports)),
    )


def _denied(found: Found) -> list[Denied]:
    first: dict[tuple[str, str, str], Denied] = {}
    where: dict[tuple[str, str, str], list[World]] = {}
    for world, proof, _ in found:
        for each in proof.report.denied:
            key = each.call.operation, each.action, each.resource
            first.setdefault(key, each)
            where.setdefault(key, []).append(world)
    every = [world for world, _, _ in found]
    return [replace(each, reason=each.reason + _told(where[key], every)) for key, each in first.items()]


def _told(worlds: Sequence[World], every: Sequence[World]) -> str:
    """Say under which conditions something is so; nothing where it is always so."""
    if len(worlds) == len(every):
        return ""
    always = frozenset.intersection(*every)
    common = frozenset.intersection(*worlds) - always or worlds[0] - always
    return f", where {' and '.join(_written(name[1], holds) for name, holds in sorted(common))}"


def _written(name: str, holds: bool) -> str:  # noqa: FBT001 - as conditions are kept
    return f"{name} holds" if holds else f"{name} does not hold"


def _unused(whatever: Sequence[Unused], found: Found) -> list[Unused]:
    """Return what is unused wherever it is granted, with its place in the policy as it is written."""
    written = {(each.action, each.resource): each for each in whatever}
    unused = [{(each.action, each.resource): each for each in proof.report.unused} for _, proof, _ in found]
    every = {key: written.get(key, each) for of_one in reversed(unused) for key, each in of_one.items()}
    used = {
        key
        for of_one, (_, _, granted) in zip(unused, found, strict=True)
        for key in granted
        if key not in of_one
    }
    return [each for key, each in every.items() if key not in used]


def _stale(reports: Sequence[Report]) -> list[Exemption]:
    return [each for each in reports[0].stale if all(each in report.stale for report in reports)]


def _untested(found: Found) -> list[Untested]:
    """Return the calls that no test has reached, each with the worst that becomes of it."""
    worst: dict[tuple[object, ...], Untested] = {}
    for each in (each for _, proof, _ in found for each in proof.untested):
        key = each.site.place, each.site.service, each.site.operation
        known = worst.get(key)
        if known is None or _WORST_FIRST.index(each.outcome) < _WORST_FIRST.index(known.outcome):
            worst[key] = each
    return list(worst.values())
