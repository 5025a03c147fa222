"""What CloudFormation does after what, by `DependsOn` and by references."""

from collections.abc import Container

from wellmade.graph import Graph, Resource, attributes


def waits_for(graph: Graph, resource: Resource, others: Container[str]) -> bool:
    """Tell whether a resource waits for one of others, by their ids, also by way of a third."""
    waiting, seen = [resource], set[str]()
    while waiting:
        each = waiting.pop()
        named = [f"{each.stack}/{logical_id}" for logical_id in each.depends_on]
        named += [found.resource_id for found in attributes(dict(each.properties))]
        if any(name in others for name in named):
            return True
        waiting += [graph.resources[name] for name in named if name in graph.resources and name not in seen]
        seen.update(named)
    return False
