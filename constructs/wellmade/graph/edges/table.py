"""The edges that the rows describe."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge
from wellmade.graph.edges.rows import ROWS, SELF, Row
from wellmade.graph.edges.source import Source, asynchronous
from wellmade.graph.paths import values_at
from wellmade.graph.resource import Resource

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _source_of(rows: list[Row]) -> Source:
    def edges(graph: "Graph", resource: Resource) -> Iterator[Edge]:
        for row in rows:
            yield from _edges(graph, resource, row)

    return edges


def _edges(graph: "Graph", resource: Resource, row: Row) -> Iterator[Edge]:
    sources = list(_ends(graph, resource, row.source))
    for target in _ends(graph, resource, row.target):
        for source in sources:
            kind = row.kind or asynchronous(target)
            yield Edge(source, target, kind, resource, {"property": row.target or row.source})


def _ends(graph: "Graph", resource: Resource, path: str) -> Iterator[Resource]:
    if path == SELF:
        yield resource
        return
    for value in values_at(resource.properties, path):
        found = graph.destination(value)
        if found:
            yield found


def _sources() -> dict[str, Source]:
    by_type: dict[str, list[Row]] = {}
    for row in ROWS:
        by_type.setdefault(row.type, []).append(row)
    return {name: _source_of(rows) for name, rows in by_type.items()}


SOURCES: dict[str, Source] = _sources()
