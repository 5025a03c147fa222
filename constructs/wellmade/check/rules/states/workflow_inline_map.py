"""Maps over many items are distributed."""

import re
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import State, kind_of, machines, place_of, resource_of_task, states_of
from wellmade.facts.step_functions import INLINE_CONCURRENCY
from wellmade.graph import Graph, as_mapping, number, written

MOST_ITEMS = 1000
PAGE_SIZES = ("MaxResults", "MaxKeys", "MaxItems", "Limit")
_LIMIT = re.compile(r"\blimit\s+(\d+)", re.IGNORECASE)
LISTS = (":listobjects", ":listobjectsv2", ":dynamodb:scan", ":dynamodb:query", ":getqueryresults")


def _check(graph: Graph) -> Iterator[Violation]:
    for machine, definition in machines(graph):
        if kind_of(machine) != "STANDARD":
            continue
        states = list(states_of(definition))
        for name, state in states:
            why = _many(name, state, states) if _is_inline(state) else None
            if why:
                yield Violation(machine, place_of(machine), f"maps inline in {name} over many items: {why}")


def _is_inline(state: State) -> bool:
    config = as_mapping(as_mapping(state.get("ItemProcessor")).get("ProcessorConfig"))
    return state.get("Type") == "Map" and config.get("Mode", "INLINE") == "INLINE"


def _many(name: str, state: State, states: list[tuple[str, State]]) -> str | None:
    at_once = number(state.get("MaxConcurrency"))
    if at_once and at_once > INLINE_CONCURRENCY:
        return f"MaxConcurrency is {at_once:.12g}, and inline runs {INLINE_CONCURRENCY} at once"
    items = state.get("Items")
    if isinstance(items, list) and len(items) > MOST_ITEMS:
        return f"{len(items)} of them"
    for before, other in states:
        if (
            other.get("Next") == name
            and resource_of_task(other).lower().endswith(LISTS)
            and not _few(other, states)
        ):
            return f"{before} lists them"
    return None


def _few(listing: State, states: list[tuple[str, State]]) -> bool:
    """Tell whether the call, or the query whose results it reads, is limited to as many as run at once."""
    sizes = [number(_arguments(listing).get(key)) for key in PAGE_SIZES]
    if resource_of_task(listing).lower().endswith(":getqueryresults"):
        queries = [written(_arguments(state).get("QueryString", "")) for _, state in states]
        sizes += [float(limit) for query in queries for limit in _LIMIT.findall(query)]
    return any(size is not None and size <= INLINE_CONCURRENCY for size in sizes)


def _arguments(state: State) -> State:
    return as_mapping(state.get("Arguments", state.get("Parameters")))


RULE = Rule(
    id="workflow-inline-map",
    title="Maps over many items are distributed",
    severity=Severity.ADVICE,
    explanation=(
        "Each item adds its steps to one history, which ends the execution at 25,000 events. Each step is "
        "paid as a state transition, and 40 items run at once at most."
    ),
    fix="set ProcessorConfig to {Mode: DISTRIBUTED, ExecutionType: EXPRESS}",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html",
    check=_check,
)
