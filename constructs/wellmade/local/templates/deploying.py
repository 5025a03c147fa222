"""Deploy template files: read, bring what they name, expand, create or update."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.decode import decode
from wellmade.graph.read.files import SUFFIXES
from wellmade.graph.read.sam import is_sam
from wellmade.local.assembly import Stack
from wellmade.local.deploy import Deployment, demand_values, describe
from wellmade.local.deployed import deployed_or_none
from wellmade.local.formation import publish, put_stack
from wellmade.local.names import demand_free_names
from wellmade.local.progress import spoken
from wellmade.local.server import LocalCloud
from wellmade.local.state import scratch_folder
from wellmade.local.templates.artifacts import Artifacts
from wellmade.local.templates.includes import completed

_FEW = {"template", "template.packaged", "packaged"}
"""Names of files that say nothing; such a stack is named after its folder."""


def is_template(text: str) -> bool:
    """Tell whether an argument means a template's file rather than the name of a stack."""
    return Path(text).suffix in SUFFIXES


def stack_name(file: Path) -> str:
    """Return what a template's stack is called: as its file, or as its folder where that says nothing."""
    stem = re.sub(r"(\.template)?\.(json|ya?ml|template)$", "", file.name)
    name = file.resolve().parent.name if stem in _FEW else stem
    return re.sub(r"^[^A-Za-z]+|[^A-Za-z0-9]+$", "", re.sub(r"[^A-Za-z0-9]+", "-", name)) or "stack"


def deploy_templates(
    cloud: LocalCloud,
    files: Sequence[Path],
    *,
    parameters: Mapping[str, str],
    report: Callable[[str], object],
    name: str | None = None,
) -> Deployment:
    """Deploy each file as a stack, in the order given.

    Args:
        cloud: Where to.
        files: Templates of CloudFormation or SAM.
        parameters: Values by `Name` or `Stack:Name`.
        report: Receives each line of progress.
        name: Of the stack, where there is one file. Default: as its file, or its folder.

    Raises:
        WellmadeError: If a template cannot be read, a parameter has no value, or CloudFormation refuses it.
    """
    names = [name] if name else [stack_name(file) for file in files]
    if len(set(names)) < len(files):
        raise WellmadeError(f"templates must be named apart, got {', '.join(names)}; deploy them one by one")
    bodies = {stack: _read(file) for stack, file in zip(names, files, strict=True)}
    demand_values(bodies, set(parameters))
    demand_free_names(bodies, deployed_or_none(cloud))
    for stack, file in zip(names, files, strict=True):
        report(f"⏳  Deploying {stack}")
        with spoken(cloud, report, f"the files that {file} names"):
            values = _values(stack, bodies[stack], parameters)
            made = _prepared(cloud, file, bodies[stack], stack, values)
            put = _written(cloud, stack, made, values)
            publish(cloud, put)
            put_stack(cloud, put)
        report(f"✅  {stack}")
    return describe(cloud, names)


def _read(file: Path) -> dict[str, Any]:
    body = decode(file)[0]
    body = completed(body, file) if isinstance(body, dict) else None
    if not body or not isinstance(body.get("Resources"), dict):
        raise WellmadeError(f"{file}: is no template: it has no Resources")
    return body


def _values(stack: str, body: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    declared = body.get("Parameters") or {}
    own = {name.removeprefix(f"{stack}:"): value for name, value in given.items()}
    if unknown := [
        name for name in given if name.startswith(f"{stack}:") and name[len(stack) + 1 :] not in declared
    ]:
        raise WellmadeError(f"{unknown[0]}: no such parameter; there are: {', '.join(declared) or 'none'}")
    return {name: value for name, value in own.items() if name in declared}


def _prepared(
    cloud: LocalCloud, file: Path, body: dict[str, Any], stack: str, values: Mapping[str, str]
) -> dict[str, Any]:
    """Return the template as CloudFormation takes it; templates that it nests are prepared likewise."""

    def nested(path: Path) -> Mapping[str, Any]:
        return _prepared(cloud, path, _read(path), f"{stack}-nested", {})

    Artifacts(cloud, file, nested).bring(body)
    if is_sam(body):
        from wellmade.local.templates.sam import expanded  # noqa: PLC0415 - takes half a second

        return expanded(cloud, file, body, stack, values)
    return body


def _written(cloud: LocalCloud, name: str, body: Mapping[str, Any], values: Mapping[str, str]) -> Stack:
    folder = scratch_folder(cloud.state_dir) / "templates"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps(body, default=str))
    return Stack(name, file, None, dict(values), {})
