"""What a template names by a path beside it, brought to where CloudFormation takes it from.

Source: the properties that `aws cloudformation package` uploads.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wellmade.graph.read.decode import decode
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.natives import for_this_machine
from wellmade.local.server import LocalCloud
from wellmade.local.templates.code import packed
from wellmade.local.templates.includes import beside, included

BUCKET = f"wellmade-templates-{ACCOUNT}-{REGION}"

Properties = dict[str, Any]
_CODE = {
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_DEFINITIONS = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "Body"),
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "Definition"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "Definition"),
}
"""Where a file is named, and what holds the same in the template itself."""
_STACKS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


def _name_code(properties: Properties, common: Mapping[str, Any]) -> None:
    """Name where a function's code is: beside the template where it says nothing, as AWS's tools have it."""
    if "InlineCode" in properties or "ImageUri" in properties or properties.get("PackageType") == "Image":
        properties.pop("CodeUri", None)
    elif properties.get("CodeUri") is None:
        properties["CodeUri"] = common.get("CodeUri") or "."


class Artifacts:
    """Brings the files of one template; `nested` prepares the template of a nested stack."""

    def __init__(self, cloud: LocalCloud, file: Path, nested: Callable[[Path], Mapping[str, Any]]) -> None:
        self._cloud, self._file, self._nested = cloud, file, nested
        cloud.client("s3").create_bucket(Bucket=BUCKET)

    def bring(self, body: dict[str, Any]) -> None:
        """Replace paths in the resources of a template by where the files are then.

        Raises:
            WellmadeError: If a file is missing, or must be built by a tool first.
        """
        body |= included(body, lambda key, value: self._path(str(self._file), key, value))
        common = body.get("Globals", {}).get("Function", {}) if isinstance(body.get("Globals"), dict) else {}
        for logical_id, resource in body["Resources"].items():
            kind = resource.get("Type", "")
            properties = resource.setdefault("Properties", {})
            if kind == "AWS::Serverless::Function":
                _name_code(properties, common)
            place = f"{self._file}: {logical_id}"
            if kind in _CODE:
                self._bring_code(place, kind, resource, common)
            elif kind in _DEFINITIONS:
                self._put_inside(place, properties, *_DEFINITIONS[kind])
            elif kind in _STACKS:
                self._bring_stack(place, properties, _STACKS[kind])

    def _bring_code(
        self, place: str, kind: str, resource: Mapping[str, Any], common: Mapping[str, Any]
    ) -> None:
        properties, key = resource["Properties"], _CODE[kind]
        path = self._path(place, key, properties.get(key))
        if path is None:
            return
        content = packed(path, place, {**common, **properties}, resource.get("Metadata") or {})
        name = self.put(for_this_machine(content), ".zip")
        if kind.startswith("AWS::Serverless"):
            properties[key] = f"s3://{BUCKET}/{name}"
        else:
            properties[key] = {"S3Bucket": BUCKET, "S3Key": name}

    def _put_inside(self, place: str, properties: Properties, named: str, inside: str) -> None:
        path = self._path(place, named, properties.get(named))
        if path is not None:
            del properties[named]
            properties[inside] = decode(path)[0]

    def _bring_stack(self, place: str, properties: Properties, key: str) -> None:
        path = self._path(place, key, properties.get(key))
        if path is not None:
            name = self.put(json.dumps(self._nested(path)).encode(), ".json")
            properties[key] = f"{self._cloud.endpoint}/{BUCKET}/{name}"

    def _path(self, place: str, key: str, value: Any) -> Path | None:
        return beside(self._file.parent, place, key, value)

    def put(self, content: bytes, suffix: str) -> str:
        """Upload under a name that the content has."""
        key = hashlib.sha256(content).hexdigest()[:32] + suffix
        self._cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
        return key
