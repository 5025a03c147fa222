"""The graph of templates as text or JSON, for whoever writes a rule."""

import json
from collections.abc import Iterator
from typing import Any

from wellmade.graph import Edge, Graph, Resource


def as_text(graph: Graph) -> str:
    """Return each resource with the edges that begin there."""
    return "\n".join(line for resource in graph.resources.values() for line in _lines(graph, resource))


def _lines(graph: Graph, resource: Resource) -> Iterator[str]:
    condition = f"  if {resource.condition}" if resource.condition else ""
    yield f"{resource.id}  {resource.type}  {resource.template}:{resource.line}{condition}"
    for edge in graph.edges(source=resource):
        via = "" if edge.via in (edge.source, edge.target) else f"  (by {edge.via.logical_id})"
        yield f"  {edge.kind} {edge.target.id}{via}"


def as_json(graph: Graph) -> str:
    """Return `{"resources": [{"id", "type", …}], "edges": [{"kind", "source", "target", "by"}]}`."""
    resources = [
        {
            "id": each.id,
            "type": each.type,
            "template": str(each.template),
            "line": each.line,
            "condition": each.condition,
        }
        for each in graph.resources.values()
    ]
    return json.dumps({"resources": resources, "edges": [_edge(each) for each in graph.edges()]}, indent=2)


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "kind": str(edge.kind),
        "source": edge.source.id,
        "target": edge.target.id,
        "by": edge.via.id,
    }


GRAPHS = {"table": as_text, "json": as_json}
