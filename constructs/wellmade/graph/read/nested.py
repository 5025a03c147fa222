"""Find the templates of nested stacks: CDK names the asset, others give a path to a file."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.limits import MAX_NESTED
from wellmade.graph.read.stack import Stack
from wellmade.graph.read.template import Template, read_template

TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


def nest(stack: Stack) -> None:
    """Read the nested stacks whose templates lie beside this one, and theirs in turn; each file once.

    Raises:
        WellmadeError: If a template nests itself, a nested template cannot be read, or there are too many.
    """
    templates: dict[Path, Template] = {}
    assets = _assets(stack.file)
    waiting, count = [stack], 0
    while waiting:
        parent = waiting.pop()
        for logical_id, file in _nested_files(parent, stack.file.parent, assets):
            count += 1
            if count > MAX_NESTED:
                raise WellmadeError(
                    f"{stack.file}:1: nests more than {MAX_NESTED:,} stacks; check them apart"
                )
            _reject_cycle(parent, logical_id, file)
            if file not in templates:
                templates[file] = read_template(file)
            name = f"{parent.name}/{logical_id}"
            child = Stack(name, templates[file], parent, logical_id, parent.environment, record=parent.record)
            parent.children[logical_id] = child
            waiting.append(child)


def _assets(file: Path) -> Mapping[str, str]:
    """Return the templates that CDK publishes for a stack, by their hash; it names them there in any case."""
    manifest = file.with_name(f"{file.name.removesuffix('.template.json')}.assets.json")
    try:
        files = _mapping(_mapping(json.loads(manifest.read_text())).get("files"))
    except (OSError, ValueError, RecursionError):
        return {}
    paths = {name: _mapping(_mapping(each).get("source")).get("path") for name, each in files.items()}
    return {name: path for name, path in paths.items() if isinstance(path, str) and path.endswith(".json")}


def _nested_files(stack: Stack, folder: Path, assets: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Yield the nested stacks with their files; what is not read is kept with the reason."""
    for logical_id, resource in stack.section("Resources").items():
        location = _location(resource, assets)
        if location is None:
            continue
        file = stack.file.parent / location
        try:
            inside = file.resolve().is_relative_to(folder.resolve())
            if inside and file.is_file():
                yield logical_id, file
                continue
        except (OSError, ValueError):  # a name that is too long, or holds a NUL
            inside = True
        where = "leads to no file" if inside else "leads out of the folder of the template"
        stack.unread[logical_id] = f"{where}, and what it nests was not read"


def _location(resource: Any, assets: Mapping[str, str]) -> str | None:
    """Return the path of a nested template; None if it is an address or known at deployment only."""
    if not isinstance(resource, dict) or resource.get("Type") not in TYPES:
        return None
    given = _mapping(resource.get("Properties")).get(TYPES[resource["Type"]])
    location = _mapping(resource.get("Metadata")).get("aws:asset:path") or given
    if isinstance(location, str) and "://" not in location:
        return location
    address = json.dumps(given, default=str)
    return next((path for name, path in assets.items() if f"/{name}.json" in address), None)


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
