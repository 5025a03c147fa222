"""Which calls of clients and resources of boto3 stand in a piece of Python, and with what."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from botocore import xform_name

from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import UnknownServiceError, read_data
from wellmade.prove.code.syntax import Piece
from wellmade.prove.hearing.resource_models import action
from wellmade.prove.hearing.transfers import transfer
from wellmade.prove.reading.python_expressions import last, named
from wellmade.prove.reading.python_libraries import library_sites
from wellmade.prove.reading.python_makers import Maker
from wellmade.prove.reading.python_owners import operations_of
from wellmade.prove.reading.python_resources import Found, collected, loads
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import Site, Variable

_LAZY = ("get_paginator", "get_waiter", "paginate")
"""Methods whose result calls later."""
_METHOD = ("ClientMethod", "operation_name", "waiter_name")
"""How paginators, waiters and presigned addresses name the argument that tells the method."""


def sites_of(file: Path, within: Piece, values: Values) -> Iterator[Site]:
    """Yield the calls of a piece of code, within whose names the values are looked up."""
    passed = {each for node in within.calls for each in _arguments(node)}
    for read in within.attributes:
        place = (file, read.lineno, read.end_lineno or read.lineno)
        for service, operation, arguments, is_foreign in loads(read, values):
            yield Site(*place, service, operation, arguments, is_foreign=is_foreign)
        for owner in values.makers(read.value) if read not in passed else ():
            if owner.resource is None and (kept := operations_of(owner.service).get(read.attr)):
                # Whatever it is kept in calls it later, with arguments that stand elsewhere.
                yield Site(*place, owner.service, kept, {"**": None}, is_foreign=owner.is_foreign)
    for node in within.calls:
        where = (file, node.lineno, node.end_lineno or node.lineno)
        is_lazy = last(node.func) in _LAZY
        for service, operation, arguments, is_foreign in _calls(node, values):
            yield Site(*where, service, operation, arguments, is_foreign=is_foreign, is_lazy=is_lazy)
        for service, operation, arguments, is_foreign in _handed_on(node, values):
            yield Site(*where, service, operation, arguments, is_foreign=is_foreign)
        for service, operation, arguments in library_sites(node, values):
            yield Site(*where, service, operation, arguments, indirect=True)


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _handed_on(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield the operations whose methods are arguments, as in `every_page(client.list_accounts)`.

    Where the function hands on whatever it is given by name, so are the parameters of the operation.
    """
    for each in _arguments(node):
        if not isinstance(each, ast.Attribute):
            continue
        for owner in values.makers(each.value):
            operation = operations_of(owner.service).get(each.attr) if owner.resource is None else None
            if operation:
                named_here = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
                given = named_here if values.hands_on(node) else {}
                shape = model_of(owner.service).input_of(operation)
                named = {
                    name: values.of(given[name]) for name in (shape.members if shape else ()) if name in given
                }
                yield owner.service, operation, named, owner.is_foreign


def _calls(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield service, operation and arguments of a call, if it is one of a client or a resource."""
    if not isinstance(node.func, ast.Attribute):
        return
    owners = values.makers(node.func.value)
    if not owners:
        yield from _of_paginator(node, values)
        yield from collected(node, values)
        return
    given = {each.arg: values.of(each.value) for each in node.keywords if each.arg}
    for each in node.keywords:
        spread = values.of(each.value) if each.arg is None else None
        if each.arg is None:
            given |= spread if isinstance(spread, dict) else {"**": None}
    for owner in owners:
        yield from _of_owner(owner, node.func.attr, node, given, values)


def _of_owner(
    owner: Maker, method: str, node: ast.Call, given: Mapping[str, Any], values: Values
) -> Iterator[Found]:
    if owner.resource is None:
        for service, operation, arguments in _of_client(owner.service, method, node, given, values):
            yield service, operation, arguments, owner.is_foreign
    elif owner.resource == "batch":
        if method in ("put_item", "delete_item"):
            yield "dynamodb", "BatchWriteItem", _batch(owner), owner.is_foreign
    elif found := action(owner.service, owner.resource, method):
        named = {key: owner.identifiers.get(identifier) for key, identifier in found.parameters.items()}
        if found.operation == "BatchWriteItem" and method == "batch_writer":
            named = dict(_batch(owner))
        args = [*map(values.of, node.args)]
        moved = transfer(method, args, given, owner.resource) if owner.service == "s3" else None
        yield (
            owner.service,
            found.operation,
            {**named, **(moved.parameters if moved else given)},
            owner.is_foreign,
        )


def _batch(owner: Maker) -> Mapping[str, Any]:
    table = owner.identifiers.get("Name")
    return (
        {"RequestItems": {table: [{"PutRequest": {"Item": {}}}]}} if isinstance(table, str | Variable) else {}
    )


def _of_client(
    service: str, method: str, node: ast.Call, given: Mapping[str, Any], values: Values
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    operations = operations_of(service)
    told = node.args[0] if node.args else next(filter(None, (named(node, each) for each in _METHOD)), None)
    first = str(values.of(told)) if told else ""
    if method in operations:
        yield service, operations[method], given
    elif method == "get_paginator" and first in operations:
        yield service, operations[first], {}
    elif method == "get_waiter":
        for operation in _waited_for(service, first):
            yield service, operation, {}
    elif method == "generate_presigned_url" and first in operations:
        passed = given.get("Params", values.of(node.args[1]) if len(node.args) > 1 else None)
        yield service, operations[first], passed if isinstance(passed, dict) else {}
    elif service == "s3" and (found := transfer(method, [*map(values.of, node.args)], given)):
        yield service, *found


def _of_paginator(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield `client.get_paginator("x").paginate(…)` with its arguments."""
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
        return
    if inner.func.attr != "get_paginator" or not inner.args:
        return
    given = {each.arg: values.of(each.value) for each in node.keywords if each.arg}
    for owner in values.makers(inner.func.value):
        operation = operations_of(owner.service).get(str(values.of(inner.args[0])))
        if operation:
            yield owner.service, operation, given, owner.is_foreign


@cache
def _waited_for(service: str, waiter: str) -> tuple[str, ...]:
    """Return the operation that a waiter calls until it is content; none without such a waiter."""
    try:
        known = read_data("botocore", service, "waiters-2.json")["waiters"]
    except UnknownServiceError:
        return ()
    return tuple(each["operation"] for name, each in known.items() if xform_name(name) == waiter)
