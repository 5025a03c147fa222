"""Everything of a template that works under a role of its own, proved."""

from collections.abc import Mapping, Sequence

from wellmade.graph import Graph, Resource
from wellmade.prove.functions import functions_in, programs_in, prove_workload
from wellmade.prove.machines import machines_in, prove_machine
from wellmade.prove.recordings import Recording
from wellmade.prove.report import Report

Proof = tuple[Resource, Report | None]


def prove_every(graph: Graph, recordings: Mapping[str, Recording]) -> Mapping[str, Sequence[Proof]]:
    """Return the proofs by kind: functions and programs by what was recorded, machines by their definitions.

    Raises:
        UnmappedCallError: If it is unknown what a call needs.
    """
    workloads = {"functions": functions_in(graph), "programs": programs_in(graph)}
    proofs = {
        kind: [(each, prove_workload(graph, each, recordings)) for each in found]
        for kind, found in workloads.items()
    }
    return {**proofs, "machines": [(each, prove_machine(graph, each)) for each in machines_in(graph)]}
