"""Values of JSON: what equals what, and whether a value fulfils a formula."""

import json
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from wellmade.contracts.logic.formats import FORMATS
from wellmade.contracts.logic.node import CONCERNS, Node, Pool
from wellmade.contracts.patterns.automaton import automaton
from wellmade.contracts.patterns.syntax import IrregularError

_TYPES: dict[type, str] = {
    bool: "boolean",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
    int: "number",
    float: "number",
}


class UnknownError(Exception):
    """It is not known whether a value fulfils a formula; the message says of what."""


def type_of(value: object) -> str:
    """Return the JSON type of a value."""
    return _TYPES[type(value)]


def exact(number: float) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth."""
    return Fraction(str(number))


def canonical(value: Any) -> str:
    """Return one text for all values that JSON Schema calls equal: 1 and 1.0, objects in any order."""
    kind = type_of(value)
    if kind == "number":
        return str(exact(value))
    if kind == "array":
        return f"[{','.join(canonical(item) for item in value)}]"
    if kind == "object":
        return f"{{{','.join(f'{json.dumps(key)}:{canonical(value[key])}' for key in sorted(value))}}}"
    return json.dumps(value)


def found_in(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text.

    Raises:
        UnknownError: If the pattern is not regular.
    """
    try:
        return automaton(pattern).found_in(text)
    except IrregularError as error:
        raise UnknownError(f"the pattern {pattern}: {error}") from error


def holds(pool: Pool, node: Node, value: Any) -> bool:
    """Tell whether a value fulfils a formula.

    Raises:
        UnknownError: If that cannot be known.
    """
    if node.kind in _JOINS:
        return _JOINS[node.kind](holds(pool, part, value) for part in node.args[0])
    if node.kind in CONCERNS:
        kind = CONCERNS[node.kind]
        return type_of(value) != kind or _ATOMS[kind](pool, node, value)
    match node.kind:
        case "opaque":
            raise UnknownError(node.args[0])
        case "not" | "ref":
            target: Node = node.args[0] if node.kind == "not" else pool.targets[node]
            return holds(pool, target, value) != (node.kind == "not")
        case "type" | "enum":
            return (type_of(value) if node.kind == "type" else canonical(value)) in node.args[0]
    return node is pool.true


def _one(found: Iterable[bool]) -> bool:
    return sum(found) == 1


_JOINS: dict[str, Callable[[Iterable[bool]], bool]] = {"and": all, "or": any, "one": _one}


def _number(_pool: Pool, node: Node, value: float) -> bool:
    number = exact(value)
    match node.kind:
        case "minimum":
            return bool(number > node.args[0] or (number == node.args[0] and not node.args[1]))
        case "maximum":
            return bool(number < node.args[0] or (number == node.args[0] and not node.args[1]))
    return (number / node.args[0]).denominator == 1  # type: ignore[no-any-return]


def _string(_pool: Pool, node: Node, value: str) -> bool:
    match node.kind:
        case "min_length":
            return bool(len(value) >= node.args[0])
        case "max_length":
            return bool(len(value) <= node.args[0])
        case "pattern":
            return found_in(node.args[0], value)
    if node.args[0] not in FORMATS:
        raise UnknownError(f"the format {node.args[0]}")
    return FORMATS[node.args[0]].holds(value)


def _array(pool: Pool, node: Node, value: list[Any]) -> bool:
    match node.kind:
        case "min_items":
            return bool(len(value) >= node.args[0])
        case "max_items":
            return bool(len(value) <= node.args[0])
        case "unique":
            return len({canonical(item) for item in value}) == len(value)
        case "items":
            prefix, rest = node.args
            nodes = (*prefix[: len(value)], *[rest] * (len(value) - len(prefix)))
            return all(holds(pool, part, item) for part, item in zip(nodes, value, strict=True))
    part, least, most = node.args
    found = sum(holds(pool, part, item) for item in value)
    return bool(found >= least and (most is None or found <= most))


def _object(pool: Pool, node: Node, value: Mapping[str, Any]) -> bool:
    match node.kind:
        case "required":
            return node.args[0] in value
        case "min_fields":
            return bool(len(value) >= node.args[0])
        case "max_fields":
            return bool(len(value) <= node.args[0])
        case "names":
            return all(holds(pool, node.args[0], name) for name in value)
    return all(holds(pool, part, value[name]) for name in value for part in for_name(node, name))


def for_name(fields: Node, name: str) -> list[Node]:
    """Return what a `fields` formula asks of the value of a name."""
    _, patterns, rest = fields.args
    own = _by_name(fields).get(name)
    found = [] if own is None else [own]
    found += [part for pattern, part in patterns if found_in(pattern, name)]
    return found or [rest]


@lru_cache(maxsize=4096)
def _by_name(fields: Node) -> Mapping[str, Node]:
    return dict(fields.args[0])


_ATOMS: dict[str, Callable[[Pool, Node, Any], bool]] = {
    "number": _number,
    "string": _string,
    "array": _array,
    "object": _object,
}
