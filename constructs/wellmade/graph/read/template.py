"""One template: decoded, checked, and with what its macros define."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.decode import decode
from wellmade.graph.read.doubled import Twice, doubled_in
from wellmade.graph.read.foreach import LOOP, expand_foreach
from wellmade.graph.read.sam import DERIVED_FROM, is_sam, transform

_BESIDES = frozenset(("Conditions", "Description", "Mappings", "Metadata", "Outputs", "Parameters", "Rules"))
"""What CDK writes besides the resources."""


class NoTemplateError(WellmadeError):
    """A readable file that is something else: it has no Resources."""


@dataclass(frozen=True)
class Template:
    """One template; `lines` says where each resource begins, from 1."""

    file: Path
    body: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    doubled: tuple[Twice, ...] = ()
    """Keys that stand twice; the last one counts."""


def read_template(file: Path) -> Template:
    """Read one template file.

    Raises:
        WellmadeError: With file and line, if the file cannot be read as a CloudFormation template.
    """
    body, lines = decode(file)
    if not isinstance(body, dict):
        raise NoTemplateError(f"{file}:1: a template is a mapping with Resources, got {_kind(body)}")
    if "Resources" not in body and _is_empty_stack(file, body):
        body = {**body, "Resources": {}}
    if not isinstance(body.get("Resources"), dict):
        got = f"Resources is {_kind(body['Resources'])}" if "Resources" in body else "there are no Resources"
        raise NoTemplateError(f"{file}:1: {got}; a template maps logical ids to resources there")
    doubled = tuple(doubled_in(body))
    _check_loops(file, body, lines)
    body = expand_foreach(body)
    resources = {
        str(name): resource for name, resource in body["Resources"].items() if _is_written(name, resource)
    }
    for name, resource in resources.items():
        _check(f"{file}:{lines.get(name, 1)}", name, resource)
    return _transformed(Template(file, {**body, "Resources": resources}, lines, doubled))


def _is_empty_stack(file: Path, body: dict[str, Any]) -> bool:
    """Tell whether CDK wrote it for a stack that defines nothing; elsewhere CloudFormation refuses that."""
    return set(body) <= _BESIDES and (file.parent / "manifest.json").is_file()


def _is_written(name: Any, resource: Any) -> bool:
    """Tell whether the entry is a resource as it stands, and not left to a macro."""
    return not str(name).startswith("Fn::") and not (
        isinstance(resource, dict) and "Fn::Transform" in resource
    )


def _check_loops(file: Path, body: dict[str, Any], lines: dict[str, int]) -> None:
    """Refuse loops that CloudFormation does not expand."""
    for name, loop in body["Resources"].items():
        if not str(name).startswith(LOOP):
            continue
        place = f"{file}:{lines.get(name, 1)}"
        if "Transform" not in body:
            raise WellmadeError(f"{place}: {name} needs the transform AWS::LanguageExtensions; add it")
        if not isinstance(loop, list) or len(loop) != 3:
            raise WellmadeError(f"{place}: {name} must be a list of a name, a collection and an output")


def _check(place: str, name: str, resource: Any) -> None:
    if not isinstance(resource, dict):
        raise WellmadeError(f"{place}: the resource {name} is {_kind(resource)}; write a mapping with a Type")
    if not isinstance(resource.get("Type"), str):
        raise WellmadeError(f"{place}: the resource {name} has no Type; name one such as AWS::SQS::Queue")
    if not isinstance(resource.get("Properties") or {}, dict):
        kind = _kind(resource["Properties"])
        raise WellmadeError(f"{place}: the Properties of {name} are {kind}; write a mapping")


def _transformed(template: Template) -> Template:
    """Add what the SAM transform defines, on the lines of the resources that it comes from."""
    if not is_sam(template.body):
        return template
    body = transform(template.body)
    lines = dict(template.lines)
    for name, resource in body["Resources"].items():
        if name not in lines:
            metadata = resource.get("Metadata")
            origin = metadata.get(DERIVED_FROM) if isinstance(metadata, dict) else None
            lines[name] = lines.get(str(origin), 1)
    return Template(template.file, body, lines, template.doubled)


def _kind(value: Any) -> str:
    kinds = {dict: "a mapping", list: "a list", str: "text", type(None): "empty", bool: "true or false"}
    return kinds.get(type(value), "a number")
