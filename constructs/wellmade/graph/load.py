"""From paths to a graph."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.graph import Graph
from wellmade.graph.read.failures import Failures
from wellmade.graph.read.files import read_stacks
from wellmade.graph.read.sam import DERIVED_FROM
from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.bucket_names import with_bucket_name
from wellmade.graph.resolve.dependency_cycles import reject_cycles
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.template_set import TemplateSet


def load(paths: Iterable[str | Path], unreadable: list[WellmadeError] | None = None) -> Graph:
    """Read templates and return their graph.

    Args:
        paths: Each the output folder of `cdk synth` (with its stages and nested stacks), a JSON or YAML
            template, or a folder of templates. What is read together can refer to each other.
        unreadable: Where to put what is wrong with templates that cannot be read; the others are then read.
            Default: the first such template is raised.

    Raises:
        WellmadeError: With file and line, if something is no readable template.
    """
    failed = Failures(unreadable)
    templates = TemplateSet(read_stacks((Path(path) for path in paths), failed))
    resources: list[Resource] = []
    for stack in templates.stacks:
        with failed.kept():
            resources += _resources(stack, templates)
    return Graph(resources, templates.stacks)


def _resources(stack: Stack, templates: TemplateSet) -> list[Resource]:
    """Resolve the resources of one stack; SAM cuts cycles itself when it defines roles and permissions."""
    written = stack.section("Resources").items()
    resources = [_resource(stack, templates, logical_id, resource) for logical_id, resource in written]
    if not stack.is_sam:
        reject_cycles(resources)
    return resources


def _resource(stack: Stack, templates: TemplateSet, logical_id: str, written: dict[str, Any]) -> Resource:
    line = stack.template.lines.get(logical_id, 1)
    try:
        given = with_bucket_name(written["Type"], written.get("Properties") or {})
        properties = templates.resolver(stack).resolve(given)
    except WellmadeError as error:
        raise WellmadeError(f"{stack.file}:{line}: {logical_id}: {error}") from error
    metadata = written.get("Metadata")
    condition, update_policy = written.get("Condition"), written.get("UpdatePolicy")
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
        deletion_policy=str(written.get("DeletionPolicy") or _left_by_default(written["Type"], given)),
        update_replace_policy=str(written.get("UpdateReplacePolicy") or "Delete"),
        condition=condition if isinstance(condition, str) else None,
        depends_on=tuple(map(str, depends_on)) if isinstance(depends_on, list) else (str(depends_on),),
        update_policy=update_policy if isinstance(update_policy, dict) else {},
        derived_from=metadata.get(DERIVED_FROM) if isinstance(metadata, dict) else None,
    )


def _left_by_default(kind: str, properties: Any) -> str:
    """Return what CloudFormation does without a DeletionPolicy.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    alone = kind == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in properties
    return "Snapshot" if alone or kind == "AWS::RDS::DBCluster" else "Delete"
