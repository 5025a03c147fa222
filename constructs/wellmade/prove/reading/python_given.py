"""What calls in Python are given: values of collections too, and sessions, which make any client."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.reading.python_expressions import handed_over, last
from wellmade.prove.reading.python_foreign import SDK, root
from wellmade.prove.reading.python_makers import MAKERS

_SESSIONS = ("Session", "get_session")
_INSIDE = ("__dict__", "__getattribute__")
"""Attributes through which a value may name any other."""


def given_to(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call hands over, by place or by name, on its own or in a collection."""
    _, given = handed_over(call)
    for each in (*given, *(keyword.value for keyword in call.keywords)):
        yield from _values(each)


def makers_kept(piece: Piece, sessions: AbstractSet[str]) -> Iterator[int]:
    """Yield the lines of `boto3.client` and `session.client` where it is kept and not called.

    Those of annotations count for nothing.
    """
    kept = [each for each in piece.attributes if each.attr in MAKERS]
    kept += [each for each in piece.nodes if isinstance(each, ast.Attribute) and each.attr in _INSIDE]
    kept = [each for each in kept if is_session(each.value, sessions)]
    if not kept:
        return
    told = [getattr(node, name, None) for node in piece.nodes for name in ("annotation", "returns")]
    annotations = {inner for each in told if each for inner in ast.walk(each)}
    yield from (each.lineno for each in kept if each not in annotations)


def session_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of sessions of the SDK, of classes that inherit from these, and of the SDK itself."""
    trees = list(trees)
    inherited = (
        each.name for tree in trees for each in syntax_of(tree).classes if any(map(_is_class, each.bases))
    )
    made = (
        last(target)
        for tree in trees
        for node in syntax_of(tree).assignments
        if _is_made(node.value)
        for target in node.targets
    )
    return frozenset(made) | frozenset(inherited) | SDK


def handed_to(piece: Piece, libraries: AbstractSet[str]) -> Iterator[ast.expr]:
    """Yield what is assigned to an attribute of a library, which may do anything with it."""
    for node in piece.nodes:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Attribute) and root(each) in libraries for each in node.targets
        ):
            yield from _values(node.value)


def sessions_left(trees: Mapping[Path, ast.Module]) -> Iterator[tuple[Path, int]]:
    """Yield the places of sessions that are kept under a name which no line of the project reads."""
    made = [
        (file, node)
        for file, tree in trees.items()
        for node in syntax_of(tree).assignments
        if _is_made(node.value)
    ]
    read = frozenset().union(*(_read_in(tree) for tree in trees.values())) if made else frozenset()
    yield from ((file, node.lineno) for file, node in made if read.isdisjoint(map(last, node.targets)))


def _read_in(tree: ast.Module) -> frozenset[str]:
    nodes = [each for each in syntax_of(tree).whole.nodes if isinstance(each, ast.Name | ast.Attribute)]
    return frozenset(last(each) for each in nodes if isinstance(each.ctx, ast.Load))


def is_session(value: ast.expr, names: AbstractSet[str]) -> bool:
    """Tell whether a value is a session of the SDK, or the SDK, which make clients of any service.

    Args:
        value: The value.
        names: As `session_names` tells them.
    """
    called = last(value.func) if isinstance(value, ast.Call) else ""
    is_kept = isinstance(value, ast.Name | ast.Attribute) and last(value) in names
    return _is_made(value) or is_kept or (called[:1].isupper() and called in names)


def _is_made(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _is_class(value.func)


def _is_class(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _SESSIONS and root(node) in SDK


def _values(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        inner = value.elts
    elif isinstance(value, ast.Dict):
        inner = value.values
    elif isinstance(value, ast.Lambda):
        inner = [value.body]
    else:
        inner = []
        yield value
    for each in inner:
        yield from _values(each)
