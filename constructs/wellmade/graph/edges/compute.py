"""With which role a resource works."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, to
from wellmade.graph.resource import Resource
from wellmade.graph.statements import ROLE_PROPERTIES

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _role(graph: "Graph", resource: Resource) -> Iterator[Edge]:
    path = ROLE_PROPERTIES[resource.type]
    yield from to(graph, resource, resource.get(path), Kind.ASSUMES, resource, {"property": path})


SOURCES: dict[str, Source] = dict.fromkeys(ROLE_PROPERTIES, _role)
