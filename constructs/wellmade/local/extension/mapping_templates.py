"""Gap: mapping templates of REST APIs know neither conditions nor who asks.

They get `#if`, `#elseif`, `#else`, `#end`, two methods of texts, all functions of `$util`, what API Gateway
tells of a request beside its authorizer's answer, and a status that a template sets by itself.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import json
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway_v1

from .rest_events import domain

_DIRECTIVE = re.compile(r"#(?:\{(else|end)\}|(if|elseif|else|end)\b)")
_OVERRIDE = re.compile(r"#set\(\s*\$context\.responseOverride\.status\s*=\s*(\d{3})\s*\)")
_METHODS: dict[str, Callable[..., Any]] = {
    "contains": lambda text, part: part in text,
    "replaceAll": lambda text, pattern, new: re.sub(pattern, lambda _: new, text),
}
"""Of Java's texts, such as templates call them."""
_UTIL: dict[str, Callable[[str], Any]] = {
    "base64Decode": lambda text: base64.b64decode(text).decode(errors="replace"),
    "base64Encode": lambda text: base64.b64encode(text.encode()).decode(),
    "escapeJavaScript": lambda text: json.dumps(text)[1:-1].replace("'", "\\'").replace("/", "\\/"),
    "parseJson": json.loads,
    "urlDecode": urllib.parse.unquote_plus,
}
"""Functions of `$util` besides `urlEncode`."""
OVERRIDE = "the status that a template has set"


def apply() -> None:
    """Render templates with what they lack."""
    util = apigateway_v1._vtl_util

    def with_escapes(steps: Any, st: Any) -> Any:
        if not steps or steps[0][0] not in _UTIL:
            return _walk(util(steps[:1], st), steps[1:], st)
        made = _UTIL[steps[0][0]](*_arguments(steps[0][1], st))
        return _walk(made, steps[1:], st)

    given = apigateway_v1._vtl_input

    def with_places(steps: Any, st: Any) -> Any:
        if not steps or steps[0][0] != "params" or (steps[0][1] or "").strip():
            return given(steps, st)
        return _walk(_places(st["params"]), steps[1:], st)

    apigateway_v1._vtl_input = with_places
    apigateway_v1._vtl_util = with_escapes
    apigateway_v1._vtl_walk = _walk
    apigateway_v1._render_request_template_v1 = render


class Parameters(dict[str, Any]):
    """What a request passes, by name, and by the place where it stands."""

    def __init__(self, path: Mapping[str, Any], query: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        super().__init__({**headers, **query, **path})
        self.places = {"path": dict(path), "querystring": dict(query), "header": dict(headers)}


def _places(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a request passes, as `$input.params()` has it."""
    if isinstance(params, Parameters):
        return params.places
    return {name: dict(params) for name in ("path", "querystring", "header")}


def context_of(given: tuple[Any, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what API Gateway tells a template of a request."""
    api, stage, _, resource, path, method, headers, *_ = given
    return {
        "apiId": api,
        "authorizer": options.get("authorizer_context") or {},
        "domainName": domain(api, str(apigateway_v1._header_ci(headers, "host") or "")),
        "httpMethod": method,
        "identity": {**(options.get("caller_identity") or {}), **_key_of(headers)},
        "path": f"/{stage}{path}",
        "requestId": new_uuid(),
        "requestTimeEpoch": int(time.time() * 1000),
        "resourcePath": resource["path"],
        "stage": stage,
    }


def _key_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the id of the API key that a request came with; no template needs its value."""
    key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(headers))
    return {"apiKeyId": key["id"]} if key else {}


def render(template: str, body: str, params: Any, context: Any = None) -> str:
    """Return a template, filled in."""
    known = {} if context is None else context
    st = {"vars": {}, "context": known, "body": body, "params": params, "gobbled": False}
    written: list[str] = []
    branches: list[list[bool]] = []  # whether one of them was taken, and whether this one is
    for kind, text in _tokens(template):
        if kind == "if":
            is_true = all(taken for _, taken in branches) and _is_true(text, st)
            branches.append([is_true, is_true])
        elif kind == "end":
            branches.pop()
        elif kind in ("elseif", "else"):
            was_taken = branches[-1][0]
            is_true = not was_taken and (kind == "else" or _is_true(text, st))
            branches[-1] = [was_taken or is_true, is_true]
        elif all(taken for _, taken in branches):
            if kind == "override":
                known[OVERRIDE] = int(text)
            else:
                written.append(apigateway_v1._vtl_render(text, st))
    return "".join(written)


def _tokens(template: str) -> Iterator[tuple[str, str]]:
    """Yield texts, directives with their conditions, and statuses that are set."""
    at = 0
    while found := min(
        (each for each in (_DIRECTIVE.search(template, at), _OVERRIDE.search(template, at)) if each),
        key=lambda each: each.start(),
        default=None,
    ):
        yield "text", template[at : found.start()]
        at = found.end()
        if found.re is _OVERRIDE:
            yield "override", found[1]
        elif found[2] in ("if", "elseif"):
            end = apigateway_v1._vtl_close_paren(template, at)
            yield found[2], template[at + 1 : end]
            at = end + 1
        else:
            yield found[1] or found[2], ""
    yield "text", template[at:]


def _is_true(condition: str, st: Any) -> bool:
    return any(
        all(_holds(part.strip(), st) for part in either.split("&&")) for either in condition.split("||")
    )


def _holds(part: str, st: Any) -> bool:
    for operator in ("==", "!="):
        left, found, right = part.partition(operator)
        if found:
            is_equal = _value(left, st) == _value(right, st)
            return is_equal is (operator == "==")
    value = apigateway_v1._vtl_value(part, st)
    return value is not None and value is not False


def _value(expression: str, st: Any) -> str:
    text: str = apigateway_v1._vtl_str(apigateway_v1._vtl_value(expression, st))
    return text


def _arguments(source: str, st: Any) -> list[str]:
    return [_value(each, st) for each in apigateway_v1._vtl_split_args(source)]


def _walk(node: Any, steps: Any, st: Any) -> Any:
    """Follow properties of objects and methods of texts."""
    for name, source in steps:
        if isinstance(node, dict):
            key = name if source is None else "".join(_arguments(source, st)) if name == "get" else None
            node = node.get(key)
        elif isinstance(node, str) and source is not None and name in _METHODS:
            node = _METHODS[name](node, *_arguments(source, st))
        else:
            return None
    return node
