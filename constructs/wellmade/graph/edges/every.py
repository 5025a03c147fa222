"""All edges of a graph: each resource is asked once, by its type."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge
from wellmade.graph.edges import compute, dead_letters, event_sources, events, grants, notifications, topics
from wellmade.graph.edges.source import Source

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph

_MODULES = (compute, dead_letters, event_sources, events, grants, notifications, topics)


def _by_type() -> dict[str, list[Source]]:
    sources: dict[str, list[Source]] = {}
    for module in _MODULES:
        for name, source in module.SOURCES.items():
            sources.setdefault(name, []).append(source)
    return sources


SOURCES = _by_type()


def edges_of(graph: "Graph") -> Iterator[Edge]:
    """Yield every edge, in the order of the templates."""
    for resource in graph.resources.values():
        for source in SOURCES.get(resource.type, ()):
            yield from source(graph, resource)
