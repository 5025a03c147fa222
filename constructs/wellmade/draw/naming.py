"""What stands in boxes and frames: names by construct path, where CDK recorded one."""

import re

from wellmade.graph import Graph, Resource

_HASH = re.compile(r"(?<=[A-Za-z0-9])[0-9A-F]{8}$")
"""What CDK puts behind the names of constructs to make a logical id."""


def path_of(graph: Graph, resource: Resource) -> tuple[str, ...]:
    """Return the construct path below the stack; without one the logical id alone, without CDK's hash."""
    path = graph.construct_path(resource)
    parts = tuple(path.split("/")) if path else ()
    below = parts[1:] if len(parts) > 1 else (_HASH.sub("", resource.logical_id),)
    named = [printable(part) for part in below if part not in ("", "Default")] or [
        printable(resource.logical_id)
    ]
    return tuple(part for place, part in enumerate(named) if place == 0 or part != named[place - 1])


def printable(name: str) -> str:
    """Return a name with a question mark for each sign that no picture can show."""
    return "".join(each if each.isprintable() else "?" for each in name) or "?"


def title_in(group: str, path: tuple[str, ...]) -> str:
    """Return what a resource is called inside the frame of its construct."""
    return "/".join(path[1:]) if path[0] == group and len(path) > 1 else "/".join(path)


def line_of(resource: Resource) -> str:
    """Return where a resource is defined, without the folder: the same in every checkout."""
    return f"{printable(resource.template.name)}:{resource.line}"
