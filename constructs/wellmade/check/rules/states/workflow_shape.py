"""States have what Step Functions takes."""

import re
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import State, machines, place_of, states_of
from wellmade.graph import Graph, number, text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)|\{%.*%\}", re.DOTALL)


def _check(graph: Graph) -> Iterator[Violation]:
    for machine, definition in machines(graph):
        for name, state in states_of(definition):
            wrong = _wrong(state)
            if wrong:
                yield Violation(machine, place_of(machine), f"{name} {wrong}")


def _wrong(state: State) -> str:
    kind = text(state.get("Type"))
    until = text(state.get("Timestamp"))
    beats, ends = number(state.get("HeartbeatSeconds")), number(state.get("TimeoutSeconds"))
    if kind == "Choice" and state.get("Choices") == []:
        return "has no choice"
    if kind == "Wait" and until is not None and not _TIME.fullmatch(until):
        return f"waits until {until!r}, which is no time"
    if beats is not None and ends is not None and beats >= ends:
        return f"has a heartbeat of {beats:.12g} s, must be below its timeout of {ends:.12g} s"
    return ""


RULE = Rule(
    id="workflow-shape",
    title="States have what Step Functions takes",
    severity=Severity.WARNING,
    explanation=(
        "Step Functions refuses the definition at deployment. A heartbeat that is not below the timeout "
        "never ends anything."
    ),
    fix="give each choice a rule, each wait a time as 2026-01-31T08:00:00Z, and beat before the timeout",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html",
    check=_check,
)
