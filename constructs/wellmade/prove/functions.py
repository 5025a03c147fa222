"""Each function of a template, compared with what its handler called."""

from collections.abc import Mapping

from wellmade.graph import Graph, Resource, text
from wellmade.prove.calls import Estate
from wellmade.prove.naming import ACCOUNT, names_of
from wellmade.prove.recordings import Recording
from wellmade.prove.report import Report, prove
from wellmade.prove.subject import role_behind


def functions_in(graph: Graph) -> list[Resource]:
    """Return the functions whose handlers can be recorded: those in Python."""
    functions = graph.of_type("AWS::Lambda::Function")
    return [function for function in functions if str(function.get("Runtime", "")).startswith("python")]


def prove_function(graph: Graph, function: Resource, recordings: Mapping[str, Recording]) -> Report | None:
    """Compare a function's role with the recording of its package; None where one of them is missing.

    Raises:
        UnmappedCallError: If it is unknown what a call needs.
    """
    recording = recordings.get((text(function.get("Handler")) or "").split(".")[0])
    if recording is None:
        return None
    names = names_of(graph, function, recording.environment, recording.calls)
    role = role_behind(graph, function, names)
    return prove(recording.calls, role, Estate(ACCOUNT)) if role else None


def shortcomings(report: Report | None) -> list[str]:
    """Return a line for each thing that keeps a role from being proven."""
    if report is None:
        return ["no calls were recorded for its handler; run its tests with --tests or --record-calls"]
    return [
        *(f"denied: {each.action} on {each.resource}: {each.reason}" for each in report.denied),
        *(f"granted and {each.why}: {each.action} on {each.resource}" for each in report.unused),
        *(f"declared and not granted: {each.action} ({each.reason})" for each in report.stale),
    ]
