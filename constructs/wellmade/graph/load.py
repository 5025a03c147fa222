"""From paths to a graph."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.circles import refuse_circles
from wellmade.graph.estate import Estate
from wellmade.graph.files import read_stacks
from wellmade.graph.graph import Graph
from wellmade.graph.resource import Resource
from wellmade.graph.sam import DERIVED_FROM
from wellmade.graph.stack import Stack


def load(paths: Iterable[str | Path]) -> Graph:
    """Read templates and return their graph.

    Args:
        paths: Each the output folder of `cdk synth` (with its stages and nested stacks), a JSON or YAML
            template, or a folder of templates. What is read together can refer to each other.

    Raises:
        WellmadeError: With file and line, if something is no readable template.
    """
    estate = Estate(read_stacks(Path(path) for path in paths))
    resources = [resource for stack in estate.stacks for resource in _resources(stack, estate)]
    return Graph(resources, estate.stacks)


def _resources(stack: Stack, estate: Estate) -> list[Resource]:
    """Resolve the resources of one stack; SAM cuts circles itself when it defines roles and permissions."""
    written = stack.section("Resources").items()
    resources = [_resource(stack, estate, logical_id, resource) for logical_id, resource in written]
    if not stack.is_sam:
        refuse_circles(resources)
    return resources


def _resource(stack: Stack, estate: Estate, logical_id: str, written: dict[str, Any]) -> Resource:
    line = stack.template.lines.get(logical_id, 1)
    try:
        properties = estate.resolver(stack).resolve(written.get("Properties") or {})
    except WellmadeError as error:
        raise WellmadeError(f"{stack.file}:{line}: {logical_id}: {error}") from error
    metadata = written.get("Metadata")
    condition = written.get("Condition")
    depends_on = written.get("DependsOn") or []
    return Resource(
        id=f"{stack.name}/{logical_id}",
        stack=stack.name,
        template=stack.file,
        logical_id=logical_id,
        type=written["Type"],
        line=line,
        properties=properties if isinstance(properties, dict) else {},
        metadata=metadata if isinstance(metadata, dict) else {},
        deletion_policy=str(written.get("DeletionPolicy") or "Delete"),
        update_replace_policy=str(written.get("UpdateReplacePolicy") or "Delete"),
        condition=condition if isinstance(condition, str) else None,
        depends_on=tuple(map(str, depends_on)) if isinstance(depends_on, list) else (str(depends_on),),
        derived_from=metadata.get(DERIVED_FROM) if isinstance(metadata, dict) else None,
    )
