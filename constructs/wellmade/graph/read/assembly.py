"""Read a cloud assembly: the manifest, its stages (assemblies within) and its nested stacks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.stack import Stack
from wellmade.graph.read.template import read_template

_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"


def is_assembly(path: Path) -> bool:
    """Tell whether this is the output folder of `cdk synth`."""
    return (path / "manifest.json").is_file()


def stacks_of_assembly(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Stack]:
    """Yield the stacks of an assembly and of the stages in it, which are assemblies as well.

    Raises:
        WellmadeError: If the manifest or a template cannot be read.
    """
    for name, artifact in _artifacts(folder).items():
        properties = artifact.get("properties") or {}
        if artifact.get("type") == _ASSEMBLY:
            stage = folder / str(properties.get("directoryName"))
            if stage.resolve() in (folder.resolve(), *above):
                raise WellmadeError(
                    f"{folder / 'manifest.json'}:1: the stage {name} holds itself; run cdk synth again"
                )
            yield from stacks_of_assembly(stage, (folder.resolve(), *above))
        elif artifact.get("type") == _STACK:
            template = read_template(folder / str(properties.get("templateFile")))
            environment = str(artifact.get("environment") or "")
            record = artifact.get("additionalMetadataFile")
            yield Stack(
                str(properties.get("stackName") or name),
                template,
                environment=environment,
                record=folder / record if isinstance(record, str) else None,
            )


def _artifacts(folder: Path) -> dict[str, Any]:
    manifest = folder / "manifest.json"
    try:
        artifacts = json.loads(manifest.read_text(encoding="utf-8"))["artifacts"]
        return {str(name): dict(artifact) for name, artifact in artifacts.items()}
    except OSError as error:
        raise WellmadeError(f"{manifest}: cannot be read: {error.strerror}; run cdk synth again") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise WellmadeError(
            f"{manifest}:1: is no manifest of a cloud assembly; run cdk synth again"
        ) from error
