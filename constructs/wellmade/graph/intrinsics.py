"""One function for each intrinsic function of CloudFormation; malformed arguments give an unknown value."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from wellmade.graph.branches import over
from wellmade.graph.joining import written
from wellmade.graph.text_functions import join_all, select, split_at, sub
from wellmade.graph.values import Either, Pseudo, Unknown, Value, number

if TYPE_CHECKING:
    from wellmade.graph.resolve import Resolver

Function = Callable[["Resolver", Any, int], Value]


def _get_att(resolver: "Resolver", argument: Any, depth: int) -> Value:
    path = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(path, list) or len(path) < 2 or not isinstance(path[0], str):
        return Unknown("malformed Fn::GetAtt")
    names = [resolver.resolve(part, depth) for part in path[1:]]
    if not all(isinstance(name, str) for name in names):
        return Unknown(f"Fn::GetAtt of {path[0]} with a computed attribute")
    return resolver.attribute(path[0], ".".join(names))


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
    return over(resolver.resolve(argument, depth), resolver.estate.export)


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
    "Sub": sub,
    "Join": join_all,
    "Split": split_at,
    "Select": select,
    "If": _if,
    "FindInMap": _find_in_map,
    "ImportValue": _import_value,
    "GetAZs": _get_azs,
    "Cidr": _cidr,
    "Length": _length,
    "Base64": _inner,
    "ToJsonString": _inner,
}
