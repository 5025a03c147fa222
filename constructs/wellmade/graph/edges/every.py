"""All edges of a graph: each resource is asked once, by its type."""

from collections.abc import Iterator

from wellmade.graph.edges import (
    apis,
    compute,
    dead_letters,
    event_sources,
    events,
    grants,
    notifications,
    sam,
    schedules,
    services,
    table,
    topics,
    workflows,
)
from wellmade.graph.edges.edge import Edge
from wellmade.graph.edges.source import Source
from wellmade.graph.resolve.resource_index import ResourceIndex

_MODULES = (
    apis,
    compute,
    dead_letters,
    event_sources,
    events,
    grants,
    notifications,
    sam,
    schedules,
    services,
    table,
    topics,
    workflows,
)
_CUSTOM = (services.custom_resource,)


def _by_type() -> dict[str, list[Source]]:
    sources: dict[str, list[Source]] = {}
    for module in _MODULES:
        for name, source in module.SOURCES.items():
            sources.setdefault(name, []).append(source)
    return sources


SOURCES = _by_type()


def edges_of(index: ResourceIndex) -> Iterator[Edge]:
    """Yield every edge, in the order of the templates."""
    for resource in index.resources.values():
        otherwise = _CUSTOM if resource.type.startswith("Custom::") else ()
        for source in SOURCES.get(resource.type, otherwise):
            yield from source(index, resource)
