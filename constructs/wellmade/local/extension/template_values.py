"""Values of mapping templates: literals, sums, methods of Java's texts, lists and maps, and paths in JSON."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import apigateway_v1

Steps = Any
State = dict[str, Any]

_STEP = re.compile(r"\.\.?(?:([\w$-]+)|\*)|\[(?:(-?\d+)|\*|'([^']*)'|\"([^\"]*)\")\]")
_INDEX = re.compile(r"(\$!?\{?[A-Za-z][\w.]*(?:\([^()]*\))?)\[(\d+|\$[\w.]+|'[^']*'|\"[^\"]*\")\]")
_RANGE = re.compile(r"\[\s*(.+?)\s*\.\.\s*(.+?)\s*\]")
_OPERAND = r"(-?\d+|\$!?\{?[A-Za-z][\w.]*(?:\([^()]*\)[\w.]*)*\}?)"
_SUM = re.compile(rf"{_OPERAND}\s*([-+*/%])\s*{_OPERAND}")

_SUMS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
}
_TEXTS: dict[str, Callable[..., Any]] = {
    "concat": lambda text, more: text + more,
    "contains": lambda text, part: part in text,
    "endsWith": lambda text, part: text.endswith(part),
    "equals": lambda text, other: text == other,
    "equalsIgnoreCase": lambda text, other: text.casefold() == other.casefold(),
    "indexOf": lambda text, part: text.find(part),
    "isEmpty": lambda text: not text,
    "length": len,
    "matches": lambda text, pattern: bool(re.fullmatch(pattern, text)),
    "replace": lambda text, old, new: text.replace(old, new),
    "replaceAll": lambda text, pattern, new: re.sub(pattern, lambda _: new, text),
    "split": lambda text, pattern: re.split(pattern, text),
    "startsWith": lambda text, part: text.startswith(part),
    "substring": lambda text, begin, end=None: text[int(begin) : None if end is None else int(end)],
    "toLowerCase": str.lower,
    "toString": str,
    "toUpperCase": str.upper,
    "trim": str.strip,
}
_LISTS: dict[str, Callable[..., Any]] = {
    "add": lambda values, value: values.append(value) or True,
    "contains": lambda values, value: value in values,
    "get": lambda values, index: values[int(index)] if 0 <= int(index) < len(values) else None,
    "isEmpty": lambda values: not values,
    "size": len,
}
_MAPS: dict[str, Callable[..., Any]] = {
    "containsKey": lambda values, key: key in values,
    "entrySet": lambda values: [{"key": key, "value": value} for key, value in values.items()],
    "get": lambda values, key: values.get(key),
    "isEmpty": lambda values: not values,
    "keySet": list,
    "put": lambda values, key, value: values.update({key: value}),
    "size": len,
    "values": lambda values: list(values.values()),
}


def with_indexes(template: str) -> str:
    """Return a template in which `$list[0]` is `$list.get(0)`, which means the same."""
    while (written := _INDEX.sub(r"\1.get(\2)", template)) != template:
        template = written
    return template


def walk(node: Any, steps: Steps, st: State) -> Any:
    """Follow properties of maps, and methods."""
    for name, source in steps:
        if source is None and isinstance(node, dict):
            node = node.get(name)
        elif source is None:
            node = not node if name == "empty" else None  # Velocity finds isEmpty() so, too
        else:
            node = _call(node, name, [apigateway_v1._vtl_value(each, st) for each in _arguments(source)])
        if node is None:
            return None
    return node


def _arguments(source: str) -> list[str]:
    found: list[str] = apigateway_v1._vtl_split_args(source)
    return found


def _call(node: Any, name: str, given: list[Any]) -> Any:
    if isinstance(node, dict | list):
        method = (_MAPS if isinstance(node, dict) else _LISTS).get(name)
        return method(node, *given) if method else None
    if node is None or name not in _TEXTS:
        return None
    return _TEXTS[name](apigateway_v1._vtl_str(node), *map(apigateway_v1._vtl_str, given))


def value(plain: Callable[[str, State], Any], expression: str, st: State) -> Any:
    """Return what an expression stands for.

    Args:
        plain: Reads texts, whole numbers and references.
        expression: Where it stands, such as behind `=`.
        st: What is known.
    """
    expression = expression.strip()
    if found := _SUM.fullmatch(expression):
        left, right = plain(found[1], st), plain(found[3], st)
        both_are_numbers = isinstance(left, int) and isinstance(right, int)
        return _SUMS[found[2]](left, right) if both_are_numbers else None
    if found := _RANGE.fullmatch(expression):
        first, last = int(plain(found[1], st)), int(plain(found[2], st))
        return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))
    if expression[:1] + expression[-1:] == "[]":
        return [value(plain, each, st) for each in _arguments(expression[1:-1])]
    if expression[:1] + expression[-1:] == "{}":
        pairs = (each.partition(":")[::2] for each in _arguments(expression[1:-1]))
        return {value(plain, key, st): value(plain, each, st) for key, each in pairs}
    return plain(expression, st)


def text_of(plain: Callable[[Any], str], node: Any) -> str:
    """Return a value as a template writes it: maps as Java does, lists and what is in them as JSON."""
    if not isinstance(node, dict):
        return plain(node)
    return f"{{{', '.join(f'{name}={text_of(plain, each)}' for name, each in node.items())}}}"


def at_path(body: str, path: str) -> Any:
    """Return what stands at a path of JSON; an empty text where nothing does, or the text is no JSON."""
    try:
        document = json.loads(body)
    except (TypeError, ValueError):
        return ""
    found = [document]
    for step in _STEP.finditer(path.strip().removeprefix("$")):
        found = [each for node in found for each in _below(node, step)]
    is_list = "*" in path or ".." in path
    return found if is_list else found[0] if found and found[0] is not None else ""


def _below(node: Any, step: re.Match[str]) -> Iterator[Any]:
    name = next((each for each in step.group(1, 3, 4) if each is not None), None)
    for one in _all_in(node) if step[0].startswith("..") else [node]:
        if name is not None and isinstance(one, dict) and name in one:
            yield one[name]
        elif isinstance(one, list) and (step[2] or (name or "").isdigit()):
            yield from one[int(step[2] or name or 0) :][:1]
        elif name is None and not step[2]:
            yield from one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _all_in(node: Any) -> Iterator[Any]:
    yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _all_in(each)
