"""What resources of boto3 call without being called by a method of their own: attributes and collections."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.prove.hearing.resource_models import Action, batch_action, collection, loading
from wellmade.prove.reading.python_answers import PICKING, collection_in, method_of
from wellmade.prove.reading.python_makers import Maker
from wellmade.prove.reading.python_values import Values

Found = tuple[str, str, Mapping[str, Any], bool]
"""Service, operation and arguments of a call, and whether its session is not the function's own."""


def loads(node: ast.Attribute, values: Values) -> Iterator[Found]:
    """Yield what reading an attribute calls: `queue.attributes` asks for them once."""
    for owner in _resources(node.value, values):
        if found := loading(owner.service, owner.resource or "", node.attr):
            yield _found(owner, found, owner.identifiers)


def collected(node: ast.Call, values: Values) -> Iterator[Found]:
    """Yield what a collection calls: `bucket.objects.all()` lists them, `.all().delete()` deletes them."""
    method, inner = method_of(node)
    inner = collection_in(inner)
    if not isinstance(inner, ast.Attribute):
        return
    for owner in _resources(inner.value, values):
        items = collection(owner.service, owner.resource or "", inner.attr)
        if items is None:
            continue
        if method in PICKING:
            yield _found(owner, items.listing, owner.identifiers)
        elif found := batch_action(owner.service, items.name, method):
            passed = {mine: owner.identifiers.get(theirs) for mine, theirs in items.identifiers.items()}
            yield _found(owner, found, passed)


def _resources(node: ast.AST, values: Values) -> list[Maker]:
    return [each for each in values.makers(node) if each.resource not in (None, "batch")]


def _found(owner: Maker, called: Action, identifiers: Mapping[str, Any]) -> Found:
    named = {parameter: identifiers.get(name) for parameter, name in called.parameters.items()}
    return owner.service, called.operation, named, owner.is_foreign
