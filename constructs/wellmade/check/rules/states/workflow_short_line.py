"""A few functions in a row need no workflow."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import State, kind_of, machines, place_of, resource_of_task
from wellmade.graph import Graph, Kind, Resource, as_mapping

FEWEST = 4
INVOKE = ":states:::lambda:invoke"
PLAIN = ("Task", "Pass", "Succeed")


def _check(graph: Graph) -> Iterator[Violation]:
    for machine, definition in machines(graph):
        if kind_of(machine) != "STANDARD":
            continue
        states = [as_mapping(state) for state in as_mapping(definition.get("States")).values()]
        tasks = [state for state in states if state.get("Type") == "Task"]
        short = 1 < len(tasks) < FEWEST and all(_is_plain(graph, state) for state in states)
        if short and not _is_waited_for(graph, machine):
            message = f"is {len(tasks)} functions in a row without a branch, a wait or a compensation"
            yield Violation(machine, place_of(machine), message)


def _is_plain(graph: Graph, state: State) -> bool:
    if state.get("Type") not in PLAIN or "Catch" in state:
        return False
    if state.get("Type") != "Task":
        return True
    called = graph.function(state.get("Resource"))
    return bool(called and called.type in FUNCTIONS) or resource_of_task(state).endswith(INVOKE)


def _is_waited_for(graph: Graph, machine: Resource) -> bool:
    """Tell whether somebody waits for the answer, which no queue gives."""
    return bool(graph.edges(kind=Kind.INVOKES_SYNC, target=machine))


RULE = Rule(
    id="workflow-short-line",
    title="A few functions in a row need no workflow",
    severity=Severity.ADVICE,
    explanation=(
        "Each step of a Standard workflow is paid as a state transition. A queue between two "
        "functions retries and has a dead-letter queue as well, for a fraction of that and with less "
        "to operate."
    ),
    fix="put a queue between the functions, or do the steps in one function",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html",
    check=_check,
)
