"""The parameters of templates, which the graph has already put into the properties."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wellmade.graph import Graph, Resource
from wellmade.graph.read.template import Template, read_template

_MAYBE = re.compile(r"\b(\w{0,64}(?:pass|secret|key)\w{0,64})[\"']?\s*:", re.IGNORECASE)
"""What a template must hold to be worth reading twice."""


def parameters(
    graph: Graph, wanted: Callable[[Any], bool]
) -> Iterator[tuple[Template, str, Mapping[str, Any]]]:
    """Yield the parameters whose names are wanted, in the templates that resources come from."""
    for file in sorted({resource.template for resource in graph.resources.values()}):
        text = file.read_text(errors="replace")
        if "Parameters" in text and any(map(wanted, _MAYBE.findall(text))):
            template = read_template(file)
            declared = template.body.get("Parameters")
            for name, parameter in declared.items() if isinstance(declared, dict) else ():
                if wanted(name) and isinstance(parameter, dict):
                    yield template, str(name), parameter


def user_of(graph: Graph, template: Template, parameter: str) -> Resource | None:
    """Return the first resource whose properties use a parameter."""
    for resource in graph.resources.values():
        written = template.body["Resources"].get(resource.logical_id)
        if resource.template == template.file and written and _uses(written.get("Properties"), parameter):
            return resource
    return None


def _uses(value: Any, parameter: str) -> bool:
    if isinstance(value, dict):
        return value.get("Ref") == parameter or any(_uses(each, parameter) for each in value.values())
    if isinstance(value, list):
        return any(_uses(each, parameter) for each in value)
    return isinstance(value, str) and f"${{{parameter}}}" in value
