"""Reads handlers in Python: which clients of boto3 they call, with what, in the code that they reach."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from botocore import xform_name

from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import UnknownServiceError, read_data
from wellmade.prove.code.python_imports import files_of, tree_of
from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.hearing.resource_models import action
from wellmade.prove.reading import python_unread
from wellmade.prove.reading.python_clients import given_away, of_clients, own_names
from wellmade.prove.reading.python_given import session_names
from wellmade.prove.reading.python_guards import fills_environment
from wellmade.prove.reading.python_libraries import library_sites
from wellmade.prove.reading.python_reach import reachable, receivers
from wellmade.prove.reading.python_resources import Found, collected, loads
from wellmade.prove.reading.python_values import Maker, Values
from wellmade.prove.reading.sites import Site, Unread, Variable

_ROUNDS = 4
"""So often values are looked up by other values."""
_TRANSFERS = {
    "upload_file": ("PutObject", ("Filename", "Bucket", "Key")),
    "upload_fileobj": ("PutObject", ("Fileobj", "Bucket", "Key")),
    "download_file": ("GetObject", ("Bucket", "Key", "Filename")),
    "download_fileobj": ("GetObject", ("Bucket", "Key", "Fileobj")),
}


def read(entry: Path, handler: str, roots: Sequence[Path]) -> tuple[list[Site], list[Unread]]:
    """Return what a handler may call, in the order of its files, and what it may call that no line tells.

    Args:
        entry: Module of the handler.
        handler: The function in it.
        roots: Folders that imports start from.
    """
    files = sorted(files_of(entry, roots), key=lambda file: (file != entry, file))
    trees = {file: tree for file in files if (tree := tree_of(file))}
    values = Values()
    for function in receivers(trees.get(entry), handler):
        values.receive(function)
    reached = list(reachable(trees, handler, entry))
    _learn(values, trees.values(), {node for _, piece in reached for node in piece.nodes})
    sure = {piece.node for _, piece in reachable(trees, handler, entry, unambiguous=True)}
    found: dict[Site, None] = {}
    unread: dict[Unread, None] = {}
    given: dict[Unread, None] = {}
    own, sessions = own_names(trees.values()), session_names(trees.values())
    for file, piece in reached:
        with values.inside(piece.node):
            here = _marked(list(_sites(file, piece, values)), sure=piece.node in sure)
            found |= dict.fromkeys(here)
            unread |= dict.fromkeys(python_unread.of_piece(file, piece, values, here))
            given |= dict.fromkeys(given_away(file, piece, values, own, here, sessions))
    for file, tree in trees.items():
        unread |= dict.fromkeys(python_unread.of_imports(file, tree))
    unread |= _once(given, unread)
    if clients := list(of_clients(reached, values, own, found, unread)):
        elsewhere = _services_of_others(trees, reached, values)
        unread |= dict.fromkeys(each for each in clients if not elsewhere.intersection(each.services))
    if any(fills_environment(syntax_of(tree).whole.nodes) for tree in trees.values()):
        unread = dict.fromkeys(replace(each, needs="") for each in unread)
    order = {file: place for place, file in enumerate(files)}
    sites = sorted(found, key=lambda site: (order[site.file], site.line, site.service, site.operation))
    return sites, sorted(unread, key=lambda each: (order[each.file], each.line, each.what))


def _learn(values: Values, trees: Iterable[ast.Module], reached: AbstractSet[ast.AST] | None = None) -> None:
    """Learn what the functions of modules tell that are reached; all of them where none are named."""
    kept = list(trees)
    for _ in range(_ROUNDS):
        new = [values.learn(tree, reached) for tree in kept]
        if not any(new):
            break


def _marked(sites: Sequence[Site], *, sure: bool) -> list[Site]:
    """Return sites as sure or not: of several that one call may be, by names that are the same, none is."""
    alike = Counter((each.line, each.last_line, each.service, each.operation) for each in set(sites))
    return [
        replace(each, is_sure=sure and alike[each.line, each.last_line, each.service, each.operation] == 1)
        for each in sites
    ]


def _once(given: Iterable[Unread], unread: Iterable[Unread]) -> dict[Unread, None]:
    """Return the clients that are given away, each once, without those of a library that has its own row."""
    told = {(each.file, each.line) for each in unread}
    return dict.fromkeys(each for each in given if (each.file, each.line) not in told)


def _services_of_others(
    trees: Mapping[Path, ast.Module], reached: Sequence[tuple[Path, Piece]], values: Values
) -> set[str]:
    """Return the services that functions call which the handler does not reach: they use clients as well."""
    seen = {piece.node for _, piece in reached}
    values.forget({*trees.values()})
    _learn(values, trees.values())
    services: set[str] = set()
    for file, tree in trees.items():
        for piece in syntax_of(tree).functions:
            if piece.node not in seen:
                with values.inside(piece.node):
                    services |= {site.service for site in _sites(file, piece, values)}
    return services


def _sites(file: Path, within: Piece, values: Values) -> Iterator[Site]:
    for read in within.attributes:
        for service, operation, arguments, is_foreign in loads(read, values):
            place = (file, read.lineno, read.end_lineno or read.lineno)
            yield Site(*place, service, operation, arguments, is_foreign=is_foreign)
    for node in within.calls:
        where = (file, node.lineno, node.end_lineno or node.lineno)
        for service, operation, arguments, is_foreign in _calls(node, values):
            yield Site(*where, service, operation, arguments, is_foreign=is_foreign)
        for service, operation, arguments, is_foreign in _handed_on(node, values):
            yield Site(*where, service, operation, arguments, is_foreign=is_foreign)
        for service, operation, arguments in library_sites(node, values):
            yield Site(*where, service, operation, arguments, indirect=True)


def _handed_on(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield the operations whose methods are arguments, as in `every_page(client.list_accounts)`.

    Where the function hands on whatever it is given by name, so are the parameters of the operation.
    """
    for each in (*node.args, *(keyword.value for keyword in node.keywords)):
        if not isinstance(each, ast.Attribute):
            continue
        for owner in values.makers(each.value):
            operation = _operations(owner.service).get(each.attr) if owner.resource is None else None
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
        yield owner.service, found.operation, {**named, **given}, owner.is_foreign


def _batch(owner: Maker) -> Mapping[str, Any]:
    table = owner.identifiers.get("Name")
    return (
        {"RequestItems": {table: [{"PutRequest": {"Item": {}}}]}} if isinstance(table, str | Variable) else {}
    )


def _of_client(
    service: str, method: str, node: ast.Call, given: Mapping[str, Any], values: Values
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    operations = _operations(service)
    first = str(values.of(node.args[0])) if node.args else ""
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
    elif service == "s3" and method == "generate_presigned_post":
        every = {**dict(zip(("Bucket", "Key"), map(values.of, node.args), strict=False)), **given}
        yield "s3", "PutObject", {key: every.get(key) for key in ("Bucket", "Key")}
    elif service == "s3" and method in _TRANSFERS:
        operation, names = _TRANSFERS[method]
        every = {**dict(zip(names, map(values.of, node.args), strict=False)), **given}
        yield "s3", operation, {key: every.get(key) for key in ("Bucket", "Key")}


def _of_paginator(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield `client.get_paginator("x").paginate(…)` with its arguments."""
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
        return
    if inner.func.attr != "get_paginator" or not inner.args:
        return
    given = {each.arg: values.of(each.value) for each in node.keywords if each.arg}
    for owner in values.makers(inner.func.value):
        operation = _operations(owner.service).get(str(values.of(inner.args[0])))
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


@cache
def _operations(service: str) -> Mapping[str, str]:
    try:
        return {xform_name(name): name for name in model_of(service).operation_names}
    except UnknownServiceError:
        return {}
