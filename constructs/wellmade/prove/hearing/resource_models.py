"""What methods of boto3's resources call: `Table("x").put_item()` is PutItem with a TableName."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from wellmade.prove.calls.models import UnknownServiceError, read_data, read_model


class Action(NamedTuple):
    """An operation, and which of its parameters the resource's identifiers fill."""

    operation: str
    parameters: Mapping[str, str]


class Below(NamedTuple):
    """A resource that a method of another makes."""

    name: str
    identifiers: Sequence[str]


class Items(NamedTuple):
    """A collection of resources."""

    name: str
    """Type of what is in it."""
    listing: Action
    identifiers: Mapping[str, str]
    """Of each of them, by the identifier of what the collection belongs to."""


class Answer(NamedTuple):
    """A resource that a method answers with, or of which it answers with several."""

    name: str
    identifiers: Mapping[str, tuple[str, str]]
    """Of each, where it is from (`identifier`, `requestParameter`, `response`), and its name there."""
    is_many: bool


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


def loading(service: str, resource: str, attribute: str) -> Action | None:
    """Return what is called once to know an attribute of a resource; None if it is none, or is known."""
    definition = _definition(_model(service), service, resource)
    if "load" not in definition or attribute not in _attributes(service, definition.get("shape", "")):
        return None
    named = {_snake(each["name"]) for each in definition.get("identifiers", ())}
    return None if attribute in named else _action(definition["load"]["request"])


def collection(service: str, resource: str, name: str) -> Items | None:
    """Return a collection of a resource, such as `objects` of a bucket; None if it has none of that name."""
    every = _definition(_model(service), service, resource).get("hasMany", {})
    found = next((entry for key, entry in every.items() if _snake(key) == name), None)
    if found is None:
        return None
    given = [each for each in found["resource"].get("identifiers", ()) if each["source"] == "identifier"]
    passed = {each["target"]: each["name"] for each in given}
    return Items(found["resource"]["type"], _action(found["request"]), passed)


def answer(service: str, resource: str, method: str) -> Answer | None:
    """Return the resource that a method answers with; None if it answers with none."""
    every = _definition(_model(service), service, resource).get("actions") or {}
    made = next((entry.get("resource") for name, entry in every.items() if _snake(name) == method), None)
    if not made:
        return None
    named = {
        each["target"]: (each["source"], each.get("name") or each.get("path", ""))
        for each in made.get("identifiers", ())
    }
    return Answer(made["type"], named, "[]" in made.get("path", ""))


def batch_action(service: str, resource: str, method: str) -> Action | None:
    """Return what a method calls for all that is in a collection; None if there is none of that name."""
    every = _definition(_model(service), service, resource).get("batchActions", {})
    found = next((entry for key, entry in every.items() if _snake(key) == method), None)
    return _action(found["request"]) if found else None


@cache
def _attributes(service: str, shape: str) -> frozenset[str]:
    return frozenset(map(_snake, read_model(service).shape(shape).members)) if shape else frozenset()


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
    try:
        model: Mapping[str, Any] = read_data("boto3", service, "resources-1.json")
    except UnknownServiceError:
        return {}
    return model
