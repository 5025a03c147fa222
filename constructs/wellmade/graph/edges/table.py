"""The edges that the rows describe."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge
from wellmade.graph.edges.rows import ROWS, SELF, Row
from wellmade.graph.edges.source import Source, asynchronous
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex


def _source_of(rows: list[Row]) -> Source:
    def edges(index: ResourceIndex, resource: Resource) -> Iterator[Edge]:
        for row in rows:
            yield from _edges(index, resource, row)

    return edges


def _edges(index: ResourceIndex, resource: Resource, row: Row) -> Iterator[Edge]:
    sources = list(_ends(index, resource, row.source))
    for target in _ends(index, resource, row.target):
        for source in sources:
            kind = row.kind or asynchronous(target)
            yield Edge(source, target, kind, resource, {"property": row.target or row.source})


def _ends(index: ResourceIndex, resource: Resource, path: str) -> Iterator[Resource]:
    if path == SELF:
        yield resource
        return
    for value in values_at(resource.properties, path):
        found = index.destination(value)
        if found:
            yield found


def _sources() -> dict[str, Source]:
    by_type: dict[str, list[Row]] = {}
    for row in ROWS:
        by_type.setdefault(row.type, []).append(row)
    return {name: _source_of(rows) for name, rows in by_type.items()}


SOURCES: dict[str, Source] = _sources()
