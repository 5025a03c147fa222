"""The resources of boto3 that methods make and answer with: a message, a queue, each object of a bucket."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from wellmade.prove.hearing.resource_models import answer, collection, subresource
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_makers import Maker, makers_in

PICKING = ("all", "filter", "limit", "page_size", "pages")
"""Methods of a collection that give what is in it."""
_COPIES = ("iter", "list", "reversed", "set", "sorted", "tuple")
"""Functions that give what is in their argument."""

_NAMED_BY = {"QueueUrl": "QueueName"}
"""What answers tell, to the argument that names the same."""


def method_of(node: ast.AST) -> tuple[str, ast.AST]:
    """Return the name of a method that is called, and whose it is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr, node.func.value
    return "", node


def collection_in(node: ast.AST) -> ast.AST:
    """Return the collection of which `.all()`, `.filter(…)` and the like give a part."""
    while method_of(node)[0] in PICKING:
        node = method_of(node)[1]
    return node


def loops_over(target: ast.AST, collection: ast.AST) -> tuple[ast.AST, ast.AST]:
    """Return what each of a collection is held by, and the collection, also where a loop counts."""
    if isinstance(collection, ast.Call) and last(collection.func) == "enumerate" and collection.args:
        return (target.elts[-1] if isinstance(target, ast.Tuple) else target), collection.args[0]
    return target, collection


def answered(owner: Any, node: ast.Call, of: Callable[[ast.AST | None], Any]) -> Maker | list[Maker] | None:
    """Return the resource that a call answers with, or in a list what stands for each of several.

    Args:
        owner: What the call is a method of.
        node: The call.
        of: Tells what an expression holds.
    """
    name = last(node.func)
    if name in (*_COPIES, "next") and node.args and isinstance(node.func, ast.Name):
        found = makers_in(of(node.args[0]))
        return (found[0] if name == "next" else found) if found else None
    method, inner = method_of(node)
    if method in PICKING and isinstance(picked := collection_in(inner), ast.Attribute):
        return _items(of(picked.value), picked.attr)
    return _answer(owner, method, node, of) if _is_resource(owner) else None


def _items(owner: Any, attribute: str) -> list[Maker] | None:
    if not _is_resource(owner) or not (items := collection(owner.service, owner.resource, attribute)):
        return None
    named = {mine: owner.identifiers.get(theirs) for mine, theirs in items.identifiers.items()}
    return [replace(owner, resource=items.name, identifiers=named)]


def _answer(owner: Maker, method: str, node: ast.Call, of: Callable[[ast.AST | None], Any]) -> Any:
    kind, given = owner.resource or "", {each.arg: of(each.value) for each in node.keywords if each.arg}
    if method == "batch_writer":
        return replace(owner, resource="batch")
    if below := subresource(owner.service, kind, method):
        by_place = dict(zip(below.identifiers, map(of, node.args), strict=False))
        return replace(owner, resource=below.name, identifiers={**owner.identifiers, **by_place, **given})
    if not (found := answer(owner.service, kind, method)):
        return None
    named = {
        name: owner.identifiers.get(key) if source == "identifier" else given.get(_NAMED_BY.get(key, key))
        for name, (source, key) in found.identifiers.items()
    }
    made = replace(owner, resource=found.name, identifiers=named)
    return [made] if found.is_many else made


def _is_resource(owner: Any) -> bool:
    return isinstance(owner, Maker) and owner.resource not in (None, "batch")
