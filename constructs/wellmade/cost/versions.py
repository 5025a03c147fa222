"""Two versions of the same templates: which stacks and names of them are the same."""

from dataclasses import replace
from typing import TypeVar

from wellmade.capacity.names import is_known
from wellmade.capacity.workload import Workload
from wellmade.graph import Graph

T = TypeVar("T")


def as_in(before: Graph, after: Graph, name: str) -> str:
    """Name a resource as the other version does: the only stack of both is the same, however it is called."""
    olds, news = ([one.name for one in graph.stacks if one.parent is None] for graph in (before, after))
    if len(olds) != 1 or len(news) != 1 or not name.startswith(f"{olds[0]}/"):
        return name
    return news[0] + name.removeprefix(olds[0])


def part_for(graph: Graph, other: Graph, workload: Workload) -> Workload:
    """Return what the file says of one version; what neither knows stays, and is refused with its place."""

    def known(section: dict[str, T]) -> dict[str, T]:
        names = ((_called(name, graph, other), value) for name, value in section.items())
        return {name: value for name, value in names if name is not None}

    return replace(
        workload,
        arrivals=known(workload.arrivals),
        runs={name: replace(one, calls=known(one.calls)) for name, one in known(workload.runs).items()},
        sources=known(workload.sources),
        databases=known(workload.databases),
        settings=known(workload.settings),
        gigabytes=known(workload.gigabytes),
        conditions={
            name: holds
            for name, holds in workload.conditions.items()
            if _has(graph, name) or not _has(other, name)
        },
    )


def _called(name: str, graph: Graph, other: Graph) -> str | None:
    """Return what a version calls a resource; None where only the other version has it."""
    if is_known(name, graph.resources.values()) or not is_known(name, other.resources.values()):
        return name
    moved = as_in(other, graph, name)
    return moved if is_known(moved, graph.resources.values()) else None


def _has(graph: Graph, condition: str) -> bool:
    return any(condition in one.section("Conditions") for one in graph.stacks)
