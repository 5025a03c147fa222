"""Express workflows end within 5 minutes."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import State, kind_of, machines, place_of, states_of
from wellmade.facts.step_functions import EXPRESS_LIMIT
from wellmade.graph import Graph, Kind, Resource, number


def _check(graph: Graph) -> Iterator[Violation]:
    for machine, definition in machines(graph):
        if kind_of(machine) == "EXPRESS":
            for what, seconds in (*_stated(definition), *_functions(graph, machine)):
                if seconds is not None and seconds > EXPRESS_LIMIT:
                    message = (
                        f"{what} {seconds:.12g} s, an Express workflow is stopped after {EXPRESS_LIMIT} s"
                    )
                    yield Violation(machine, place_of(machine), message)


def _stated(definition: State) -> Iterator[tuple[str, float | None]]:
    yield "allows itself", number(definition.get("TimeoutSeconds"))
    for name, state in states_of(definition):
        if state.get("Type") == "Wait":
            yield f"waits in {name} for", number(state.get("Seconds"))


def _functions(graph: Graph, machine: Resource) -> Iterator[tuple[str, float | None]]:
    for edge in graph.edges(kind=Kind.INVOKES_SYNC, source=machine):
        if "task" in edge.detail and edge.target.type in FUNCTIONS:
            yield f"waits for {edge.target.logical_id}, which may run for", edge.target.number("Timeout")


RULE = Rule(
    id="workflow-express-duration",
    title="Express workflows end within 5 minutes",
    severity=Severity.ERROR,
    explanation=(
        "An Express execution is stopped after 5 minutes wherever it stands, with half of its steps done. "
        "Nothing is compensated, and its history is in the logs only."
    ),
    fix="make it a Standard workflow, or keep each of its waits and functions well below 300 s",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html",
    check=_check,
)
