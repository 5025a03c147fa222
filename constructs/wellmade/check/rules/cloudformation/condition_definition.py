"""Conditions are defined, and not by themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for stack in graph.stacks:
        defined = stack.section("Conditions")
        needs = {name: set(_named(body)) for name, body in defined.items()}
        cyclic = {name for name in needs if _leads_back(name, needs)}
        for logical_id, written in stack.section("Resources").items():
            resource = graph.resources.get(f"{stack.name}/{logical_id}")
            name = written.get("Condition")
            if resource and isinstance(name, str) and not resource.derived_from:
                if name not in defined:
                    yield Violation(resource, "Condition", f"is {name}, which the template does not define")
                elif name in cyclic:
                    yield Violation(resource, "Condition", f"is {name}, which needs itself to be decided")


def _named(body: Any) -> Iterator[str]:
    """Yield the conditions that a condition names."""
    if isinstance(body, dict):
        name = body.get("Condition")
        if isinstance(name, str) and len(body) == 1:
            yield name
        for entry in body.values():
            yield from _named(entry)
    elif isinstance(body, list):
        for entry in body:
            yield from _named(entry)


def _leads_back(start: str, needs: Mapping[str, set[str]]) -> bool:
    waiting, seen = list(needs[start]), set[str]()
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            waiting += needs.get(name, ())
    return False


RULE = Rule(
    id="condition-definition",
    title="Conditions are defined, and not by themselves",
    severity=Severity.ERROR,
    explanation=(
        "CloudFormation refuses a template that names a condition that is not there, or "
        "conditions that need each other."
    ),
    fix="define the condition, or break the cycle",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html",
    check=_check,
)
