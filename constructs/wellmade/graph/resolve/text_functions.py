"""The intrinsic functions that put text together and take it apart."""

import re
from typing import Any

from wellmade.graph.resolve.branches import over
from wellmade.graph.resolve.joining import join, split, written
from wellmade.graph.resolve.scope import Scope
from wellmade.graph.resolve.values import Attribute, Pseudo, Unknown, Value, number

_PLACE = re.compile(r"\$\{([^}]*)\}")


def sub(scope: Scope, argument: Any, depth: int) -> Value:
    """Return text with references put in."""
    template, names = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        template, names = argument
    if not isinstance(template, str):
        return Unknown("malformed Fn::Sub")
    pieces: list[Value] = []
    for index, piece in enumerate(_PLACE.split(template)):
        pieces.append(_substitute(scope, piece.strip(), names, depth) if index % 2 else piece)
    return join(pieces)


def _substitute(scope: Scope, name: str, names: dict[str, Any], depth: int) -> Value:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in names:
        return scope.resolve(names[name], depth)
    if "." in name:
        return scope.attribute(*name.split(".", 1))
    return scope.reference(name)


def join_all(scope: Scope, argument: Any, depth: int) -> Value:
    """Return the entries of a list as one text."""
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Join")
    delimiter, parts = argument[0], scope.resolve(argument[1], depth)
    return over(
        parts,
        lambda entries: join(entries, delimiter) if isinstance(entries, list) else Unknown("joined unknowns"),
    )


def split_at(scope: Scope, argument: Any, depth: int) -> Value:
    """Return the fields of a text."""
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Split")
    delimiter = argument[0]
    return over(scope.resolve(argument[1], depth), lambda text: _fields(text, delimiter))


def _fields(text: Value, delimiter: str) -> Value:
    fields = split(text, delimiter)
    return Unknown(f"{written(text)} split") if fields is None else fields


def select(scope: Scope, argument: Any, depth: int) -> Value:
    """Return one entry of a list."""
    if not isinstance(argument, list) or len(argument) != 2:
        return Unknown("malformed Fn::Select")
    index = number(scope.resolve(argument[0], depth))
    if index is None:
        return Unknown("Fn::Select with a computed index")
    return _symbolic_field(scope, argument[1], int(index), depth) or over(
        scope.resolve(argument[1], depth), lambda entries: _entry(entries, int(index))
    )


def _entry(entries: Value, index: int) -> Value:
    if isinstance(entries, Pseudo):
        return Pseudo(f"{entries.name}[{index}]", entries.stack)
    if isinstance(entries, list) and 0 <= index < len(entries):
        return entries[index]
    return Unknown(f"Fn::Select {index} of an unknown list")


def _symbolic_field(scope: Scope, source: Any, index: int, depth: int) -> Value:
    """Name a field of a symbolic text, such as the region in a queue's ARN; None when it is no such field."""
    match source:
        case {"Fn::Split": [str() as delimiter, text]}:
            match scope.resolve(text, depth):
                case Attribute(resource_id, name):
                    return Attribute(resource_id, f"{name}{delimiter}{index}")
                case Pseudo(name, stack):
                    return Pseudo(f"{name}{delimiter}{index}", stack)
    return None
