"""Find the templates of nested stacks: CDK names the asset, others give a path to a file."""

from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.stack import Stack
from wellmade.graph.read.template import read_template

TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


def nest(stack: Stack) -> None:
    """Read the nested stacks whose templates lie beside this one, and theirs in turn.

    Raises:
        WellmadeError: If a template nests itself, or a nested template cannot be read.
    """
    for logical_id, resource in stack.section("Resources").items():
        file = _template_file(stack, resource)
        if file is None:
            continue
        _reject_cycle(stack, logical_id, file)
        child = Stack(f"{stack.name}/{logical_id}", read_template(file), stack, logical_id, stack.environment)
        stack.children[logical_id] = child
        nest(child)


def _template_file(stack: Stack, resource: Any) -> Path | None:
    if not isinstance(resource, dict) or resource.get("Type") not in TYPES:
        return None
    asset = _mapping(resource.get("Metadata")).get("aws:asset:path")
    location = asset or _mapping(resource.get("Properties")).get(TYPES[resource["Type"]])
    if not isinstance(location, str) or "://" in location:
        return None
    file = stack.file.parent / location
    return file if file.is_file() else None


def _reject_cycle(stack: Stack, logical_id: str, file: Path) -> None:
    above: Stack | None = stack
    while above:
        if above.file.resolve() == file.resolve():
            line = stack.template.lines.get(logical_id, 1)
            raise WellmadeError(
                f"{stack.file}:{line}: the nested stack {logical_id} holds {file.name}, which holds it"
            )
        above = above.parent


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
