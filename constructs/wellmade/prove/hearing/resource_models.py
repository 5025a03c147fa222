"""What methods of boto3's resources call: `Table("x").put_item()` is PutItem with a TableName."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import boto3


class Action(NamedTuple):
    """An operation, and which of its parameters the resource's identifiers fill."""

    operation: str
    parameters: Mapping[str, str]


class Below(NamedTuple):
    """A resource that a method of another makes."""

    name: str
    identifiers: Sequence[str]


def action(service: str, resource: str, method: str) -> Action | None:
    """Return what a method of a resource calls; None if it calls nothing."""
    return _actions(service, resource).get(method)


def subresource(service: str, resource: str, method: str) -> Below | None:
    """Return which resource a method makes; None if it makes none."""
    model = _model(service)
    has = _definition(model, service, resource).get("has", {})
    found = has.get(method)
    kind = found["resource"]["type"] if found else ""
    if not found and resource in ("", service, "service") and method in model.get("resources", {}):
        kind = method
    if not kind:
        return None
    every = [each["name"] for each in model["resources"].get(kind, {}).get("identifiers", ())]
    given = found["resource"].get("identifiers", ()) if found else ()
    passed = [each["target"] for each in given if each.get("source") == "input"]
    return Below(kind, passed or every)


def _definition(model: Mapping[str, Any], service: str, resource: str) -> Mapping[str, Any]:
    if resource in ("", service, "service"):
        return dict(model.get("service", {}))
    return dict(model.get("resources", {}).get(resource, {}))


@cache
def _actions(service: str, resource: str) -> Mapping[str, Action]:
    definition = _definition(_model(service), service, resource)
    found = {}
    for name, entry in (definition.get("actions") or {}).items():
        found[_snake(name)] = _action(entry["request"])
    for name in ("load",):
        if name in definition:
            found["load"] = found["reload"] = _action(definition[name]["request"])
    if service == "dynamodb" and resource == "Table":
        named = {"TableName": "Name"}
        found["batch_writer"] = Action("BatchWriteItem", named)
    if service == "s3":
        named = {"Bucket": "BucketName" if resource == "Object" else "Name", "Key": "Key"}
        found |= {name: Action("PutObject", named) for name in ("upload_file", "upload_fileobj")}
        found |= {name: Action("GetObject", named) for name in ("download_file", "download_fileobj")}
    return found


def _action(request: Mapping[str, Any]) -> Action:
    given = [each for each in request.get("params", ()) if each.get("source") == "identifier"]
    return Action(request["operation"], {each["target"]: each["name"] for each in given})


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@cache
def _model(service: str) -> Mapping[str, Any]:
    session = boto3.Session()
    if service not in session.get_available_resources():
        return {}
    loader = session._session.get_component("data_loader")  # noqa: SLF001 - boto3 has no public way
    model: Mapping[str, Any] = loader.load_service_model(service, "resources-1")
    return model
