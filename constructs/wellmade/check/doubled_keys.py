"""Keys that stand twice in one mapping of a template, and the resource or section that holds them."""

from collections.abc import Iterator

from wellmade.check.rule import Violation
from wellmade.graph import Graph, Resource


def doubled(graph: Graph, outcome: str, *, same: bool) -> Iterator[Violation]:
    """Yield the doubled keys.

    Args:
        graph: The templates.
        outcome: What comes of it.
        same: Whether those are meant that have one value each time, or those with different ones.
    """
    first: dict[str, Resource] = {}
    for resource in graph.resources.values():
        first.setdefault(resource.stack, resource)
    for stack in graph.stacks:
        for twice in stack.template.doubled:
            section, *inside = twice.keys
            is_inside = section == "Resources" and len(inside) > 1
            found = graph.resources.get(f"{stack.name}/{inside[0]}") if is_inside else None
            holder = found or first.get(stack.name)
            if holder and twice.is_same is same:
                message = f"stands twice ({twice.path}), {outcome}"
                path = ".".join(inside[1:] if found else inside) or section
                name = "" if found else section
                yield Violation(holder, path, message, line=twice.line, name=name)
