"""What a function or a task may do, from its role's statements and its environment variables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.actions import kind_of
from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source
from wellmade.graph.resolve.references import arn_suffix
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.statements import Statement

RUNS = (
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "AWS::ECS::TaskDefinition",
    "AWS::StepFunctions::StateMachine",
)


def _grants(index: ResourceIndex, runs: Resource) -> Iterator[Edge]:
    """Yield one edge for each resource and kind, with all actions that are allowed on it."""
    variables = _variables(index, runs)
    found: dict[tuple[Resource, Kind], dict[str, Any]] = defaultdict(dict)
    for statement in index.statements_of(runs):
        if statement.effect == "Allow":
            for target, suffix in _targets(index, statement, variables):
                _add(found, target, suffix, statement)
    for (target, kind), detail in found.items():
        yield Edge(
            runs,
            target,
            kind,
            detail["statements"][0].policy,
            detail | {"variables": variables.get(target, [])},
        )


def _variables(index: ResourceIndex, runs: Resource) -> Mapping[Resource, list[str]]:
    variables: dict[Resource, list[str]] = defaultdict(list)
    for name, value in index.environment_of(runs).items():
        target = index.destination(value)
        if target:
            variables[target].append(name)
    return variables


def _targets(
    index: ResourceIndex, statement: Statement, variables: Mapping[Resource, list[str]]
) -> Iterator[tuple[Resource, Any]]:
    """A grant on everything is one on what the environment names."""
    for value in statement.resources:
        if value == "*":
            yield from ((target, "") for target in variables)
        elif target := index.destination(value):
            yield target, arn_suffix(value)


def _add(
    found: dict[tuple[Resource, Kind], dict[str, Any]], target: Resource, suffix: Any, statement: Statement
) -> None:
    for action in statement.actions:
        kind = kind_of(action, target)
        if kind:
            detail = found[target, kind]
            _append(detail, "actions", action)
            _append(detail, "suffixes", suffix)
            _append(detail, "statements", statement)
            _append(detail, "conditions", statement.conditions)


def _append(detail: dict[str, Any], key: str, entry: Any) -> None:
    entries = detail.setdefault(key, [])
    if entry and entry not in entries:
        entries.append(entry)


SOURCES: dict[str, Source] = dict.fromkeys(RUNS, _grants)
