"""Requests of APIs whose operations are told apart by method, path, query and headers, such as S3's."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote
from xml.etree.ElementTree import Element, ParseError, fromstring

_PLACEHOLDER = re.compile(r"\{(\w+)(\+?)\}")


class _Route(NamedTuple):
    """What tells an operation of an API from its others."""

    operation: Any
    path: re.Pattern[str]
    query: Mapping[str, str]
    """What must stand in the query; a value that is empty may be any."""
    headers: frozenset[str]
    """Those that must be there."""


def find(model: Any, method: str, path: str, query: str, headers: Mapping[str, str]) -> Any:
    """Return the operation of a request, the one that asks for most if several fit; None if none does."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    fitting = [
        route
        for route in _routes(model).get(method, ())
        if route.path.fullmatch(path.rstrip("/") or "/")
        and all(name in given and value in ("", given[name]) for name, value in route.query.items())
        and route.headers <= headers.keys()
    ]
    best = max(fitting, key=_strength, default=None)
    return best.operation if best else None


def _strength(route: _Route) -> tuple[int, int]:
    return len(route.query) + len(route.headers), -route.path.pattern.count("(?P")


_KNOWN: dict[str, dict[str, list[_Route]]] = {}


def _routes(model: Any) -> dict[str, list[_Route]]:
    """Return the operations of a service by their methods."""
    if model.service_name not in _KNOWN:
        found: dict[str, list[_Route]] = {}
        for name in model.operation_names:
            operation = model.operation_model(name)
            found.setdefault(operation.http.get("method", "POST"), []).append(_route(operation))
        _KNOWN[model.service_name] = found
    return _KNOWN[model.service_name]


def _route(operation: Any) -> _Route:
    path, _, literal = operation.http.get("requestUri", "/").partition("?")
    needed = dict(parse_qsl(literal, keep_blank_values=True))
    shape, headers = operation.input_shape, set()
    for name in shape.required_members if shape else ():
        how = shape.members[name].serialization
        if how.get("location") == "querystring":
            needed.setdefault(how["name"], "")
        elif how.get("location") == "header":
            headers.add(how["name"].lower())
    return _Route(operation, _pattern(path), needed, frozenset(headers))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    end, written = 0, ""
    for found in _PLACEHOLDER.finditer(path):
        written += re.escape(path[end : found.start()])
        written += f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"
        end = found.end()
    return re.compile((written + re.escape(path[end:])).rstrip("/") or "/")


def parameters(
    operation: Any, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Return what a request passes to its operation, without a body that is bytes."""
    shape = operation.input_shape
    if shape is None:
        return {}
    pattern = _pattern(operation.http.get("requestUri", "/").partition("?")[0])
    found = pattern.fullmatch(path.rstrip("/") or "/")
    in_path = {name: unquote(value) for name, value in (found.groupdict() if found else {}).items()}
    given = dict(parse_qsl(query, keep_blank_values=True))
    places = {"uri": in_path, "querystring": given, "header": headers}
    passed: dict[str, Any] = {}
    for name, member in shape.members.items():
        how = member.serialization
        key = how.get("name", name)
        source = places.get(how.get("location", ""), {})
        value = source.get(key.lower() if how.get("location") == "header" else key)
        if value is not None:
            passed[name] = value
    return passed | _of_body(shape, body)


def _of_body(shape: Any, body: bytes) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    inside = shape.members[payload] if payload else shape
    if not body or inside.type_name != "structure":
        return {}
    try:
        if body[:1] == b"<":
            value = _from_xml(inside, fromstring(body))  # noqa: S314 - of a function that runs here anyway
        else:
            value = _from_json(inside, json.loads(body))
    except (ParseError, ValueError):
        return {}
    return {payload: value} if payload else dict(value)


def _from_json(shape: Any, document: Any) -> Any:
    if shape.type_name == "structure" and isinstance(document, Mapping):
        keys = {name: member.serialization.get("name", name) for name, member in shape.members.items()}
        return {
            name: _from_json(shape.members[name], document[key])
            for name, key in keys.items()
            if document.get(key) is not None
        }
    if shape.type_name == "list" and isinstance(document, list):
        return [_from_json(shape.member, each) for each in document]
    return document


def _from_xml(shape: Any, node: Element) -> Any:
    if shape.type_name == "structure":
        passed = {}
        for name, member in shape.members.items():
            flat = member.type_name == "list" and member.serialization.get("flattened")
            key = member.serialization.get("name", name)
            key = member.member.serialization.get("name", key) if flat else key
            if children := [child for child in node if child.tag.rpartition("}")[2] == key]:
                passed[name] = (
                    [_from_xml(member.member, child) for child in children]
                    if flat
                    else _from_xml(member, children[0])
                )
        return passed
    if shape.type_name == "list":
        return [_from_xml(shape.member, child) for child in node]
    return node.text or ""
