"""Which functions in Python a handler reaches: by their names, by decorators that register them."""

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.syntax import Piece, parameters_of, syntax_of
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_libraries import hands_the_event

_WRAPPERS = {
    "backoff", "cache", "cached", "capture_lambda_handler", "capture_method", "contextmanager", "dataclass",
    "deleter", "getter", "inject_lambda_context", "log_metrics", "lru_cache", "on_exception", "retry",
    "setter", "singledispatch", "ttl_cache", "wraps",
}  # fmt: skip
"""Decorators that give a function back to be called by its name."""


def receivers(tree: ast.Module | None, handler: str) -> Iterator[ast.AST]:
    """Yield the functions of a handler's module that are called with its event."""
    if tree is None:
        return
    syntax = syntax_of(tree)
    for piece in syntax.functions:
        decorators = getattr(piece.node, "decorator_list", ())
        is_handler = getattr(piece.node, "name", "") == handler and piece.node not in syntax.nested
        if is_handler or any(hands_the_event(each) for each in decorators):
            yield piece.node


def reachable(
    trees: Mapping[Path, ast.Module], handler: str, entry: Path, *, unambiguous: bool = False
) -> Iterator[tuple[Path, Piece]]:
    """Yield what runs on import, the handler, and each function whose name stands in what is reached.

    A handler that no module defines is made elsewhere, and may call every function of a module that names it.

    Args:
        trees: The modules, by file.
        handler: The function that is called.
        entry: The module that holds it.
        unambiguous: Whether names that several functions have lead to none of them. Default: to all of them.
    """
    functions: dict[str, list[tuple[Path, Piece]]] = {}
    waiting: list[tuple[Path, Piece]] = []
    pieces = [piece for tree in trees.values() for piece in syntax_of(tree).functions]
    wrapping = _WRAPPERS | {getattr(each.node, "name", "") for each in pieces if "wraps" in each.names}
    keeping = {getattr(each.node, "name", "") for each in pieces if _keeps(each)}
    for file, tree in trees.items():
        syntax = syntax_of(tree)
        waiting += [(file, piece) for piece in syntax.on_import]
        for piece in syntax.functions:
            # The name of a function within another means nothing elsewhere; its calls are those of the outer.
            name = getattr(piece.node, "name", "")
            if piece.node not in syntax.nested or name == handler:
                functions.setdefault(name, []).append((file, piece))
            decorators = getattr(piece.node, "decorator_list", ())
            if any(_registers(each, wrapping, keeping) for each in decorators):
                waiting.append((file, piece))
    named = functions.get(handler, [])
    waiting += [each for each in named if each[0] == entry] or named
    if handler not in functions:
        waiting += [
            (file, piece)
            for file, tree in trees.items()
            if file == entry or handler in syntax_of(tree).imported
            for piece in syntax_of(tree).functions
        ]
    seen: set[ast.AST] = set()
    while waiting:
        file, piece = waiting.pop()
        if piece.node in seen:
            continue
        seen.add(piece.node)
        yield file, piece
        for name in piece.names:
            wanted = (name, "__init__") if name[:1].isupper() else (name,)
            for found in (functions.get(each, ()) for each in wanted):
                waiting.extend(found if len(found) == 1 or not unambiguous else ())


def _keeps(function: Piece) -> bool:
    """Tell whether a decorator gives back what it was given: then it keeps that for somebody to call."""
    taken = parameters_of(function.node)
    return len(taken) == 1 and any(last(each) == taken[0] for each in function.returned)


def _registers(decorator: ast.AST, wrapping: AbstractSet[str], keeping: AbstractSet[str]) -> bool:
    """Tell whether a decorator hands a function to somebody who calls it, as `@app.get("/orders")` does."""
    if isinstance(decorator, ast.Name):
        return decorator.id in keeping - wrapping
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(called, ast.Attribute):
        return called.attr not in wrapping
    return isinstance(decorator, ast.Call) and isinstance(called, ast.Name) and called.id not in wrapping
