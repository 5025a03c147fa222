"""One function for each intrinsic function of CloudFormation; malformed arguments give an unknown value."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from wellmade.graph.joining import join, split, written
from wellmade.graph.values import Absent, Attribute, Either, Pseudo, Unknown, Value, number

if TYPE_CHECKING:
    from wellmade.graph.resolve import Resolver

Function = Callable[["Resolver", Any, int], Value]
_PLACE = re.compile(r"\$\{([^}]*)\}")


def _over(value: Value, function: Callable[[Value], Value]) -> Value:
    """Apply a function to both branches of a conditional value."""
    if isinstance(value, Either):
        return Either(value.condition, _over(value.then, function), _over(value.otherwise, function))
    return value if isinstance(value, Absent | Unknown) else function(value)


def _get_att(resolver: "Resolver", argument: Any, depth: int) -> Value:
    path = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(path, list) or len(path) < 2 or not isinstance(path[0], str):
        return Unknown("malformed Fn::GetAtt")
    names = [resolver.resolve(part, depth) for part in path[1:]]
    if not all(isinstance(name, str) for name in names):
        return Unknown(f"Fn::GetAtt of {path[0]} with a computed attribute")
    return resolver.attribute(path[0], ".".join(names))


def _sub(resolver: "Resolver", argument: Any, depth: int) -> Value:
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


def _join(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Join")
    delimiter, parts = argument[0], resolver.resolve(argument[1], depth)
    return _over(
        parts,
        lambda entries: join(entries, delimiter) if isinstance(entries, list) else Unknown("joined unknowns"),
    )


def _split(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return Unknown("malformed Fn::Split")
    delimiter = argument[0]
    return _over(resolver.resolve(argument[1], depth), lambda text: _fields(text, delimiter))


def _fields(text: Value, delimiter: str) -> Value:
    fields = split(text, delimiter)
    return Unknown(f"{written(text)} split") if fields is None else fields


def _select(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 2:
        return Unknown("malformed Fn::Select")
    index = number(resolver.resolve(argument[0], depth))
    if index is None:
        return Unknown("Fn::Select with a computed index")
    return _symbolic_field(resolver, argument[1], int(index), depth) or _over(
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


def _if(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 3:
        return Unknown("malformed Fn::If")
    then, otherwise = (resolver.resolve(branch, depth) for branch in argument[1:])
    return then if then == otherwise else Either(str(argument[0]), then, otherwise)


def _find_in_map(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return Unknown("malformed Fn::FindInMap")
    name, *keys = (resolver.resolve(part, depth) for part in argument[:3])
    found: Any = resolver.stack.section("Mappings").get(name) if isinstance(name, str) else None
    for key in keys:
        found = found.get(str(key)) if isinstance(found, dict) and isinstance(key, str | int) else None
    if found is not None:
        return resolver.resolve(found, depth)
    return Unknown(f"Fn::FindInMap {written(name)} by {' and '.join(map(written, keys))}")


def _import_value(resolver: "Resolver", argument: Any, depth: int) -> Value:
    return _over(resolver.resolve(argument, depth), resolver.estate.export)


def _get_azs(resolver: "Resolver", argument: Any, depth: int) -> Value:
    region = written(resolver.resolve(argument, depth)) if argument else "${AWS::Region}"
    return Pseudo(f"availability zones of {region}")


def _cidr(resolver: "Resolver", argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 3:
        return Unknown("malformed Fn::Cidr")
    block, count, bits = (resolver.resolve(part, depth) for part in argument)
    many, host = number(count), number(bits)
    if not isinstance(block, str) or many is None or host is None:
        return Unknown("Fn::Cidr of what is not told")
    try:
        subnets = ip_network(block).subnets(new_prefix=32 - int(host))
        return [str(subnet) for subnet, _ in zip(subnets, range(min(int(many), 256)), strict=False)]
    except ValueError:
        return Unknown(f"Fn::Cidr of {block}")


def _length(resolver: "Resolver", argument: Any, depth: int) -> Value:
    entries = resolver.resolve(argument, depth)
    return len(entries) if isinstance(entries, list) else Unknown("Fn::Length of what is not told")


def _inner(resolver: "Resolver", argument: Any, depth: int) -> Value:
    """Encoding is left out: what is inside is what rules look at."""
    return resolver.resolve(argument, depth)


FUNCTIONS: dict[str, Function] = {
    "GetAtt": _get_att,
    "Sub": _sub,
    "Join": _join,
    "Split": _split,
    "Select": _select,
    "If": _if,
    "FindInMap": _find_in_map,
    "ImportValue": _import_value,
    "GetAZs": _get_azs,
    "Cidr": _cidr,
    "Length": _length,
    "Base64": _inner,
    "ToJsonString": _inner,
}
