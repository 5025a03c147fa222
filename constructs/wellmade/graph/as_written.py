"""What a template itself says of a resource."""

from collections.abc import Mapping
from typing import Any

from wellmade.graph import Graph, Resource


def as_written(graph: Graph, resource: Resource) -> Mapping[str, Any]:
    """Return the properties as the template has them; resolved ones hold the name of the stack."""
    stack = graph.stack_of(resource)
    found = stack.section("Resources").get(resource.logical_id) if stack else None
    own = found.get("Properties") if isinstance(found, dict) else resource.properties
    return own if isinstance(own, dict) else {}
