"""What `cdk synth` wrote: its stacks in the order to deploy, their templates and their assets."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.local.zipped import zipped


@dataclass(frozen=True)
class Stack:
    """One stack of a cloud assembly."""

    name: str
    """The name that CloudFormation knows."""
    template_file: Path
    assets_file: Path | None
    parameters: dict[str, str]
    tags: dict[str, str]
    filled: frozenset[str] = frozenset()
    """Parameters of assets, as CDK 1 writes them: its command line gives them their values."""

    @property
    def template(self) -> dict[str, Any]:
        """The template as synthesized."""
        template: dict[str, Any] = json.loads(self.template_file.read_text())
        return template


@dataclass(frozen=True)
class Asset:
    """One file that the template refers to, and where the template expects it."""

    source: Path
    zipped: bool
    """Whether the source is a folder that travels as a zip file."""
    bucket: str
    key: str

    def content(self) -> bytes:
        """Return the bytes to upload."""
        return zipped(self.source) if self.zipped else self.source.read_bytes()


def stacks_of(assembly: Path, wanted: Sequence[str] = ()) -> list[Stack]:
    """Return the stacks of a `cdk.out`, dependencies first.

    Args:
        assembly: Folder with `manifest.json`.
        wanted: Names of stacks; what they depend on comes along. Default: all of them.

    Raises:
        WellmadeError: If the folder holds no assembly or a wanted stack is not in it.
    """
    found = dict(_stacks(assembly))
    by_name = {found[key][0].name: key for key in found}
    if missing := [name for name in wanted if name not in by_name]:
        raise WellmadeError(f"no stack {missing[0]} in {assembly}; there are: {', '.join(sorted(by_name))}")
    order: dict[str, Stack] = {}

    def visit(key: str) -> None:
        stack, needs = found[key]
        for need in needs:
            if need in found and need not in order:
                visit(need)
        order[key] = stack

    for key in [by_name[name] for name in wanted] or found:
        visit(key)
    return list(order.values())


def assets_of(stack: Stack, *, account: str, region: str) -> list[Asset]:
    """Return the file assets of a stack, its own template among them."""
    if stack.assets_file is None:
        return []
    files = json.loads(stack.assets_file.read_text()).get("files", {}).values()
    known = {"${AWS::AccountId}": account, "${AWS::Region}": region, "${AWS::Partition}": "aws"}
    return [
        Asset(
            source=stack.assets_file.parent / file["source"]["path"],
            zipped=file["source"].get("packaging", "file") == "zip",
            bucket=_filled(target["bucketName"], known),
            key=target["objectKey"],
        )
        for file in files
        for target in file["destinations"].values()
        if "path" in file["source"]
    ]


def images_of(stack: Stack) -> dict[str, tuple[Path, str]]:
    """Return the images that a stack is built with: by tag, the directory and its Dockerfile's name."""
    if stack.assets_file is None:
        return {}
    images = json.loads(stack.assets_file.read_text()).get("dockerImages", {}).values()
    return {
        target["imageTag"]: (
            stack.assets_file.parent / image["source"]["directory"],
            image["source"].get("dockerFile", "Dockerfile"),
        )
        for image in images
        for target in image["destinations"].values()
        if "directory" in image["source"]
    }


def _stacks(assembly: Path) -> Iterator[tuple[str, tuple[Stack, list[str]]]]:
    """Yield artifact id, stack and the ids it needs; stages are assemblies within the assembly."""
    try:
        manifest = json.loads((assembly / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise WellmadeError(f"{assembly} holds no manifest.json; synthesize first with: cdk synth") from error
    artifacts: dict[str, dict[str, Any]] = manifest.get("artifacts", {})
    for key, artifact in artifacts.items():
        if artifact["type"] == "cdk:cloud-assembly":
            yield from _stacks(assembly / artifact["properties"]["directoryName"])
        if artifact["type"] == "aws:cloudformation:stack":
            yield key, (_stack(key, artifact, assembly, artifacts), artifact.get("dependencies", []))


def _stack(key: str, artifact: dict[str, Any], assembly: Path, artifacts: dict[str, dict[str, Any]]) -> Stack:
    properties = artifact["properties"]
    manifests = (
        assembly / artifacts[need]["properties"]["file"]
        for need in artifact.get("dependencies", [])
        if artifacts.get(need, {}).get("type") == "cdk:asset-manifest"
    )
    return Stack(
        name=properties.get("stackName", key),
        template_file=assembly / properties["templateFile"],
        assets_file=next(manifests, None),
        parameters=properties.get("parameters", {}),
        tags=properties.get("tags", {}),
        filled=frozenset(_asset_parameters(artifact)),
    )


def _asset_parameters(artifact: dict[str, Any]) -> Iterator[str]:
    for entries in artifact.get("metadata", {}).values():
        for entry in entries:
            if entry.get("type") == "aws:cdk:asset":
                yield from (value for key, value in entry["data"].items() if key.endswith("Parameter"))


def _filled(text: str, known: dict[str, str]) -> str:
    for placeholder, value in known.items():
        text = text.replace(placeholder, value)
    return text
