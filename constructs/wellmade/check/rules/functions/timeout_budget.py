"""Lookups and own work end within the latency budget."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.latency import worst_case
from wellmade.graph import Graph, Resource, number, text
from wellmade_runtime.variables import LATENCY_BUDGET_SECONDS, LOOKUPS, OWN_WORK_SECONDS

_VARIABLES = "Environment.Variables"


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        budget, own_work = (
            number(function.get(f"{_VARIABLES}.{name}"))
            for name in (LATENCY_BUDGET_SECONDS, OWN_WORK_SECONDS)
        )
        plan = _plan(function)
        if budget is None or own_work is None or not plan:
            continue
        whole = worst_case(own_work, plan.values())
        if round(whole - budget, 6) > 0:
            parts = " + ".join(
                f"{many:.12g} x {timeout:.12g} s of {name}" for name, (timeout, many) in plan.items()
            )
            message = f"is {parts} beside {own_work:.12g} s of own work, {whole:.12g} s of {budget:.12g} s"
            yield Violation(function, f"Properties.{_VARIABLES}.{LOOKUPS}", message)


def _plan(function: Resource) -> dict[str, tuple[float, float]]:
    """Return timeout and attempts of each lookup; nothing where they are unknown, or written otherwise."""
    written = text(function.get(f"{_VARIABLES}.{LOOKUPS}"))
    try:
        found: Any = json.loads(written or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    plan = {name: _attempts(each) for name, each in found.items() if isinstance(each, dict)}
    known = {name: each for name, each in plan.items() if each is not None}
    return known if len(known) == len(found) else {}


def _attempts(lookup: Mapping[str, Any]) -> tuple[float, float] | None:
    timeout, attempts = lookup.get("timeout"), lookup.get("attempts", 1)
    is_plan = all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in (timeout, attempts)
    )
    return (float(timeout), float(attempts)) if is_plan and timeout is not None else None


RULE = Rule(
    id="timeout-budget",
    title="Lookups and own work end within the latency budget",
    severity=Severity.WARNING,
    explanation=(
        "Each timeout looks short by itself, and their sum, with every attempt, is longer than the caller "
        "waits. On the day that a store is slow every answer comes too late, although no timeout was "
        "reached that anybody would notice."
    ),
    fix="shorten a timeout in LOOKUPS, take fewer attempts, or raise LATENCY_BUDGET_SECONDS",
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_client_timeouts.html",
    check=_check,
)
