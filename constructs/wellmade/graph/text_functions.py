"""The intrinsic functions that put text together and take it apart."""

import re
from typing import TYPE_CHECKING, Any

from wellmade.graph.branches import over
from wellmade.graph.joining import join, split, written
from wellmade.graph.values import Attribute, Pseudo, Unknown, Value, number

if TYPE_CHECKING:
    from wellmade.graph.resolve import Resolver

_PLACE = re.compile(r"\$\{([^}]*)\}")


def sub(resolver: "Resolver", argument: Any, depth: int) -> Value:
    """Return text with references put in."""
    template, names = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        template, names = argument
    if not isinstance(template, str):
        return Unknown("malformed Fn::Sub")
    pieces: list[Value] = []
    for index, piece in enumerate(_PLACE.split(template)):
        pieces.append(_substitute(resolver, piece.strip(), names, depth) if index % 2 else piece)
    return join(pieces)


def _substitute(resolver: "Resolver", name: str, names: dict[str, Any], depth: int) -> Value:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in names:
        return resolver.resolve(names[name], depth)
    if "." in name:
        return resolver.attribute(*name.split(".", 1))
    return resolver.reference(name)


def join_all(resolver: "Resolver", argument: Any, depth: int) -> Value:
    """Return the entries of a list as one text."""
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Join")
    delimiter, parts = argument[0], resolver.resolve(argument[1], depth)
    return over(
        parts,
        lambda entries: join(entries, delimiter) if isinstance(entries, list) else Unknown("joined unknowns"),
    )


def split_at(resolver: "Resolver", argument: Any, depth: int) -> Value:
    """Return the fields of a text."""
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Split")
    delimiter = argument[0]
    return over(resolver.resolve(argument[1], depth), lambda text: _fields(text, delimiter))


def _fields(text: Value, delimiter: str) -> Value:
    fields = split(text, delimiter)
    return Unknown(f"{written(text)} split") if fields is None else fields


def select(resolver: "Resolver", argument: Any, depth: int) -> Value:
    """Return one entry of a list."""
    if not isinstance(argument, list) or len(argument) != 2:
        return Unknown("malformed Fn::Select")
    index = number(resolver.resolve(argument[0], depth))
    if index is None:
        return Unknown("Fn::Select with a computed index")
    return _symbolic_field(resolver, argument[1], int(index), depth) or over(
        resolver.resolve(argument[1], depth), lambda entries: _entry(entries, int(index))
    )


def _entry(entries: Value, index: int) -> Value:
    if isinstance(entries, Pseudo):
        return Pseudo(f"{entries.name}[{index}]", entries.stack)
    if isinstance(entries, list) and 0 <= index < len(entries):
        return entries[index]
    return Unknown(f"Fn::Select {index} of what is not told")


def _symbolic_field(resolver: "Resolver", source: Any, index: int, depth: int) -> Value:
    """Name a field of a symbolic text, such as the region in a queue's ARN; None when it is no such field."""
    match source:
        case {"Fn::Split": [str() as delimiter, text]}:
            match resolver.resolve(text, depth):
                case Attribute(resource_id, name):
                    return Attribute(resource_id, f"{name}{delimiter}{index}")
                case Pseudo(name, stack):
                    return Pseudo(f"{name}{delimiter}{index}", stack)
    return None
