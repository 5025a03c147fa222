"""Add to a SAM template what the transform defines, under the logical ids that it gives.

`AWS::Serverless::*` resources stay as written, with the template's globals merged in and their properties
spelled as CloudFormation spells them. Their roles, event sources, rules and subscriptions become resources.
"""

from collections.abc import Iterator
from typing import Any

from wellmade.graph.read.sam.events import derived_of
from wellmade.graph.read.sam.policies import role_of

TRANSFORM = "AWS::Serverless"
DERIVED_FROM = "wellmade:derived-from"
"""Metadata of what the transform defines: the logical id of the resource that it comes from."""

_FUNCTION, _MACHINE = "AWS::Serverless::Function", "AWS::Serverless::StateMachine"
_IMPLICIT = {"Api": ("ServerlessRestApi", "RestApiId"), "HttpApi": ("ServerlessHttpApi", "ApiId")}


def is_sam(body: dict[str, Any]) -> bool:
    """Tell whether the template asks for the SAM transform."""
    return TRANSFORM in str(body.get("Transform"))


def transform(body: dict[str, Any]) -> dict[str, Any]:
    """Return the template with globals merged and derived resources added; the given one is left as it is."""
    resources: dict[str, Any] = {}
    added: dict[str, Any] = {}
    for name, resource in body["Resources"].items():
        added |= _connectors(name, resource)
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if not isinstance(kind, str) or not kind.startswith(f"{TRANSFORM}::"):
            resources[name] = resource
            continue
        properties = _spelled(kind, _merged(_globals(body, kind), _mapping(resource.get("Properties"))))
        for derived, definition in _derived(name, kind, properties):
            metadata = {**_mapping(resource.get("Metadata")), DERIVED_FROM: name}
            inherited = {"Condition": resource["Condition"]} if "Condition" in resource else {}
            added[derived] = {**inherited, **definition, "Metadata": metadata}
        resources[name] = {**resource, "Properties": properties}
    return {**body, "Resources": {**added, **resources}}


def _connectors(name: str, resource: Any) -> dict[str, dict[str, Any]]:
    """Return what stands within a resource that it is connected to, as connectors of their own."""
    found = {}
    for connector, definition in _mapping(_mapping(resource).get("Connectors")).items():
        given = _mapping(_mapping(definition).get("Properties"))
        source = {**_mapping(given.get("SourceReference")), "Id": name}
        found[f"{name}{connector}"] = {
            "Type": f"{TRANSFORM}::Connector", "Properties": {**given, "Source": source},
        }  # fmt: skip
    return found


def _derived(name: str, kind: str, properties: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind not in (_FUNCTION, _MACHINE):
        return
    if "Role" not in properties:
        service = "lambda" if kind == _FUNCTION else "states"
        properties["Role"] = {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        yield f"{name}Role", role_of(service, properties)
    for event_name, event in _mapping(properties.get("Events")).items():
        if isinstance(event, dict):
            implicit, key = _IMPLICIT.get(str(event.get("Type")), ("", ""))
            if implicit and key not in _mapping(event.get("Properties")):
                event["Properties"] = {**_mapping(event.get("Properties")), key: {"Ref": implicit}}
                yield implicit, {"Type": f"{TRANSFORM}::{event['Type']}"}
            yield from derived_of(name, kind == _FUNCTION, str(event_name), event)
    invoke = properties.get("EventInvokeConfig")
    if kind == _FUNCTION and isinstance(invoke, dict):
        target = {"FunctionName": {"Ref": name}, "Qualifier": "$LATEST"}
        yield (
            f"{name}EventInvokeConfig",
            {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {**invoke, **target}},
        )


def _globals(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return _mapping(_mapping(body.get("Globals")).get(kind.rpartition("::")[2]))


def _merged(common: Any, own: Any) -> Any:
    """Merge as SAM does: mappings key by key, lists one after the other, else the resource's own value."""
    if isinstance(common, dict) and isinstance(own, dict):
        if _is_intrinsic(common) or _is_intrinsic(own):
            return own
        merged = {key: _merged(common[key], own[key]) for key in common if key in own}
        return {**common, **own, **merged}
    if isinstance(common, list) and isinstance(own, list):
        return common + own
    return own


def _is_intrinsic(value: dict[str, Any]) -> bool:
    return len(value) == 1 and all(key == "Ref" or str(key).startswith("Fn::") for key in value)


def _spelled(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Add CloudFormation's spelling of what SAM spells differently."""
    spelled = dict(properties)
    if kind == _FUNCTION:
        queue = _mapping(properties.get("DeadLetterQueue"))
        if "TargetArn" in queue:
            spelled.setdefault("DeadLetterConfig", {"TargetArn": queue["TargetArn"]})
        if "Tracing" in properties:
            spelled.setdefault("TracingConfig", {"Mode": properties["Tracing"]})
        events = _mapping(properties.get("Events"))
        spelled["Events"] = {key: dict(event) for key, event in events.items() if isinstance(event, dict)}
    return spelled


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
