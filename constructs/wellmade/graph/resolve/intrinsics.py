"""One function for each intrinsic function of CloudFormation; malformed arguments give an unknown value."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

from wellmade.graph.resolve.branches import over
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.scope import Scope
from wellmade.graph.resolve.text_functions import join_all, select, split_at, sub
from wellmade.graph.resolve.values import Either, Pseudo, Unknown, Value, number

Function = Callable[[Scope, Any, int], Value]


def _get_att(scope: Scope, argument: Any, depth: int) -> Value:
    path = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(path, list) or len(path) < 2 or not isinstance(path[0], str):
        return Unknown("malformed Fn::GetAtt")
    names = [scope.resolve(part, depth) for part in path[1:]]
    if not all(isinstance(name, str) for name in names):
        return Unknown(f"Fn::GetAtt of {path[0]} with a computed attribute")
    return scope.attribute(path[0], ".".join(names))


def _if(scope: Scope, argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 3:
        return Unknown("malformed Fn::If")
    then, otherwise = (scope.resolve(branch, depth) for branch in argument[1:])
    return then if then == otherwise else Either(str(argument[0]), then, otherwise, scope.stack.name)


def _find_in_map(scope: Scope, argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return Unknown("malformed Fn::FindInMap")
    name, *keys = (scope.resolve(part, depth) for part in argument[:3])
    found: Any = scope.stack.section("Mappings").get(name) if isinstance(name, str) else None
    for key in keys:
        found = found.get(str(key)) if isinstance(found, dict) and isinstance(key, str | int) else None
    if found is not None:
        return scope.resolve(found, depth)
    other = argument[3] if len(argument) == 4 else None
    if (
        isinstance(other, dict)
        and "DefaultValue" in other
        and all(isinstance(key, str | int) for key in keys)
    ):
        return scope.resolve(other["DefaultValue"], depth)
    return Unknown(f"Fn::FindInMap {written(name)} by {' and '.join(map(written, keys))}")


def _import_value(scope: Scope, argument: Any, depth: int) -> Value:
    return over(scope.resolve(argument, depth), scope.others.export)


def _get_azs(scope: Scope, argument: Any, depth: int) -> Value:
    region = written(scope.resolve(argument, depth)) if argument else "${AWS::Region}"
    return Pseudo(f"availability zones of {region}")


def _cidr(scope: Scope, argument: Any, depth: int) -> Value:
    if not isinstance(argument, list) or len(argument) != 3:
        return Unknown("malformed Fn::Cidr")
    block, count, bits = (scope.resolve(part, depth) for part in argument)
    many, host = number(count), number(bits)
    if not isinstance(block, str) or many is None or host is None:
        return Unknown("Fn::Cidr of unknown values")
    try:
        subnets = ip_network(block).subnets(new_prefix=32 - int(host))
        return [str(subnet) for subnet, _ in zip(subnets, range(min(int(many), 256)), strict=False)]
    except ValueError:
        return Unknown(f"Fn::Cidr of {block}")


def _length(scope: Scope, argument: Any, depth: int) -> Value:
    entries = scope.resolve(argument, depth)
    return len(entries) if isinstance(entries, list) else Unknown("Fn::Length of an unknown list")


def _inner(scope: Scope, argument: Any, depth: int) -> Value:
    """Encoding is left out: what is inside is what rules look at."""
    return scope.resolve(argument, depth)


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
