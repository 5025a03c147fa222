"""Functions in Python that a value names: `getattr(self, f"on_{kind}")`, `globals()[kind]`, subclasses."""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from wellmade.prove.code.syntax import Piece
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_foreign import root

_BOOKS = ("__dict__", "globals", "locals", "vars")
_WORDS = {*_BOOKS, "__subclasses__", "attrgetter", "getattr", "getmembers", "methodcaller"}


def looked_up(piece: Piece, elsewhere: AbstractSet[str]) -> Iterator[tuple[str, bool]]:
    """Yield how the names begin of what a piece of code looks up by a value, and whether that is a method.

    Args:
        piece: The code.
        elsewhere: Names that are imported from libraries: what is looked up of these is theirs.
    """
    if piece.names.isdisjoint(_WORDS):
        return
    for node in piece.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "__subclasses__":
            yield "", False
        elif isinstance(node, ast.Subscript) and _is_book(node.value):
            yield from ((begins, False) for begins in _beginning(node.slice))
        elif isinstance(node, ast.Call):
            yield from _in_call(node, elsewhere)


def _in_call(node: ast.Call, elsewhere: AbstractSet[str]) -> Iterator[tuple[str, bool]]:
    name, owner = last(node.func), getattr(node.func, "value", None)
    if name == "getattr" and len(node.args) > 1 and not _is_of_others(node.args[0], elsewhere):
        of_itself = last(node.args[0]) in ("self", "cls")
        yield from ((begins, of_itself) for begins in _beginning(node.args[1]))
    elif name == "getmembers":
        yield "", False
    elif name in ("attrgetter", "methodcaller") or (name == "get" and owner and _is_book(owner)):
        yield from ((begins, False) for each in node.args[:1] for begins in _beginning(each))


def _is_of_others(node: ast.expr, elsewhere: AbstractSet[str]) -> bool:
    """Tell whether an expression is of a library; `sys.modules` has those of the project too."""
    modules = node.value if isinstance(node, ast.Subscript) else node
    return root(node) in elsewhere and last(modules) != "modules"


def _is_book(node: ast.AST) -> bool:
    """Tell whether an expression has all names of a module or of an object."""
    return last(node.func if isinstance(node, ast.Call) else node) in _BOOKS


def _beginning(name: ast.expr) -> list[str]:
    """Return the text that a name which is put together begins with; the whole name where it is told."""
    if isinstance(name, ast.Constant):
        return [name.value] if isinstance(name.value, str) else []
    if isinstance(name, ast.BinOp):
        return _beginning(name.left)
    if isinstance(name, ast.JoinedStr) and name.values:
        return _beginning(name.values[0])
    return [""]
