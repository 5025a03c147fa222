"""Gap: mapping templates of REST APIs know neither conditions nor loops nor who asks.

They get `#if`, `#foreach`, methods of texts, lists and maps, all functions of `$util`, what API Gateway tells
of a request beside its authorizer's answer, and a status and headers that a template sets by itself.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import json
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway_v1

from .rest_events import domain
from .template_blocks import Block, Break, Choice, Loop, Override, Text, items_of, parsed
from .template_values import at_path, text_of, value, walk, with_indexes

_UTIL: dict[str, Callable[[str], Any]] = {
    "base64Decode": lambda text: base64.b64decode(text).decode(errors="replace"),
    "base64Encode": lambda text: base64.b64encode(text.encode()).decode(),
    "escapeJavaScript": lambda text: json.dumps(text)[1:-1].replace("'", "\\'").replace("/", "\\/"),
    "parseJson": json.loads,
    "urlDecode": urllib.parse.unquote_plus,
}
"""Functions of `$util` besides `urlEncode`."""
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">=": lambda left, right: float(left) >= float(right),
    "<=": lambda left, right: float(left) <= float(right),
    ">": lambda left, right: float(left) > float(right),
    "<": lambda left, right: float(left) < float(right),
}
"""In this order, since one is part of another."""
OVERRIDES = "what a template has set of the answer"


def apply() -> None:
    """Render templates with what they lack."""
    plain = apigateway_v1._vtl_value
    apigateway_v1._vtl_value = lambda expression, st: value(plain, expression, st)
    apigateway_v1._vtl_walk = walk
    text = apigateway_v1._vtl_str
    apigateway_v1._vtl_str = lambda node: text_of(text, node)
    apigateway_v1._render_request_template_v1 = render
    _know_functions()
    _read_inputs()


def _know_functions() -> None:
    util = apigateway_v1._vtl_util

    def with_all(steps: Any, st: Any) -> Any:
        if not steps or steps[0][0] not in _UTIL:
            return walk(util(steps[:1], st), steps[1:], st)
        sources = apigateway_v1._vtl_split_args(steps[0][1] or "")
        return walk(_UTIL[steps[0][0]](*(_value(each, st) for each in sources)), steps[1:], st)

    apigateway_v1._vtl_util = with_all


def _read_inputs() -> None:
    """Let `$input.json` write JSON, of texts too, and `$input.params` name the places of parameters."""
    given = apigateway_v1._vtl_input

    def with_places(steps: Any, st: Any) -> Any:
        name, source = steps[0] if steps else ("", None)
        if name == "params" and not (source or "").strip():
            return walk(_places(st["params"]), steps[1:], st)
        if name == "json" and source is not None:
            found = at_path(st["body"], _value(source or "'$'", st))
            return walk(json.dumps(found, separators=(",", ":"), ensure_ascii=False), steps[1:], st)
        return given(steps, st)

    apigateway_v1._vtl_input = with_places
    apigateway_v1._vtl_json_path = at_path


class Parameters(dict[str, Any]):
    """What a request passes, by name, and by the place where it stands."""

    def __init__(self, path: Mapping[str, Any], query: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        super().__init__({**headers, **query, **path})
        self.places = {"path": dict(path), "querystring": dict(query), "header": dict(headers)}
        self._headers = {name.lower(): value for name, value in headers.items()}

    def get(self, name: str, default: Any = None) -> Any:
        """Return one, a header whatever the letters that its client wrote it in."""
        return self[name] if name in self else self._headers.get(name.lower(), default)


def _places(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a request passes, as `$input.params()` has it."""
    if isinstance(params, Parameters):
        return params.places
    return {name: dict(params) for name in ("path", "querystring", "header")}


def context_of(given: tuple[Any, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what API Gateway tells a template of a request."""
    api, stage, deployed, resource, path, method, headers, *_ = given
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
        "stageVariables": deployed.get("variables") or {},
    }


def _key_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the id of the API key that a request came with; no template needs its value."""
    key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(headers))
    return {"apiKeyId": key["id"]} if key else {}


def render(template: str, body: str, params: Any, context: Any = None) -> str:
    """Return a template, filled in."""
    known = {} if context is None else context
    named = {"stageVariables": known.get("stageVariables") or {}}
    st = {"vars": named, "context": known, "body": body, "params": params, "gobbled": False}
    written: list[str] = []
    _write(parsed(with_indexes(template)), st, written)
    return "".join(written)


def _write(block: Block, st: Any, written: list[str]) -> bool:
    """Write blocks; tell whether the loop around them is to end."""
    for node in block:
        if isinstance(node, Text):
            written.append(apigateway_v1._vtl_render(node.source, st))
        elif isinstance(node, Override):
            st["context"].setdefault(OVERRIDES, {})[node.what] = _value(node.value, st)
        elif isinstance(node, Loop):
            _repeat(node, st, written)
        elif isinstance(node, Break) or _write(_taken(node, st), st, written):
            return True
    return False


def _taken(choice: Choice, st: Any) -> Block:
    holds = (block for condition, block in choice.branches if condition is None or _is_true(condition, st))
    return next(holds, ())


def _repeat(loop: Loop, st: Any, written: list[str]) -> None:
    items = list(items_of(apigateway_v1._vtl_value(loop.source, st)))
    outside = {name: st["vars"][name] for name in (loop.name, "foreach") if name in st["vars"]}
    for index, item in enumerate(items):
        place = {"index": index, "count": index + 1, "hasNext": index + 1 < len(items), "first": not index}
        st["vars"] |= {loop.name: item, "foreach": place, "velocityCount": index + 1}
        if _write(loop.body, st, written):
            break
    for name in (loop.name, "foreach"):
        st["vars"].pop(name, None)
    st["vars"] |= outside


def _is_true(condition: str, st: Any) -> bool:
    return any(
        all(_holds(part.strip(), st) for part in _split(either, "&&")) for either in _split(condition, "||")
    )


def _holds(part: str, st: Any) -> bool:
    if part.startswith("!"):
        return not _holds(part[1:].strip(), st)
    if part.startswith("(") and apigateway_v1._vtl_close_paren(part, 0) == len(part) - 1:
        return _is_true(part[1:-1], st)
    for sign, compare in _COMPARISONS.items():
        left, *right = _split(part, sign)
        if right:
            return compare(_value(left, st), _value(right[0], st))
    value = apigateway_v1._vtl_value(part, st)
    return value is not None and value is not False


def _split(source: str, sign: str) -> list[str]:
    """Split at a sign where it stands in neither a text nor parentheses."""
    parts, depth, quote, start = [], 0, "", 0
    for at, letter in enumerate(source):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif not depth and at >= start and source.startswith(sign, at):
            parts.append(source[start:at])
            start = at + len(sign)
        depth += (letter == "(") - (letter == ")") if not quote else 0
    return [*parts, source[start:]]


def _value(expression: str, st: Any) -> str:
    text: str = apigateway_v1._vtl_str(apigateway_v1._vtl_value(expression, st))
    return text
