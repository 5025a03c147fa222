"""Which functions in Python a handler reaches: by their names, by decorators that register them."""

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.syntax import Piece, parameters_of, syntax_of
from wellmade.prove.reading.python_classes import Pieces, called_unnamed, decorated
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_libraries import hands_the_event

_WRAPPERS = {
    "backoff", "cache", "cached", "capture_lambda_handler", "capture_method", "contextmanager", "dataclass",
    "deleter", "final", "getter", "inject_lambda_context", "log_metrics", "lru_cache", "on_exception",
    "retry", "runtime_checkable", "setter", "singledispatch", "total_ordering", "ttl_cache", "unique",
    "wraps",
}  # fmt: skip
"""Decorators that give a function back to be called by its name."""


PROGRAM = "__main__"
"""In place of a handler: the module is started, and any of its functions may be called."""


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
    functions: dict[str, Pieces] = {}
    waiting: Pieces = []
    pieces = [piece for tree in trees.values() for piece in syntax_of(tree).functions]
    wrapping = _WRAPPERS | {getattr(each.node, "name", "") for each in pieces if "wraps" in each.names}
    keeping = {getattr(each.node, "name", "") for each in pieces if _keeps(each)}
    unnamed = {} if unambiguous else called_unnamed(trees)
    waiting += [each for name in decorated(trees, wrapping) for each in unnamed.get(name, ())]
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
        waiting += _made_elsewhere(trees, handler, entry)
    methods = {method for tree in trees.values() for method in syntax_of(tree).methods}
    seen: set[ast.AST] = set()
    while waiting:
        file, piece = waiting.pop()
        if piece.node in seen:
            continue
        seen.add(piece.node)
        yield file, piece
        for found in _led_to(piece, functions, methods):
            waiting.extend(found if len(found) == 1 or not unambiguous else ())
        waiting.extend(each for name in piece.names & unnamed.keys() for each in unnamed[name])


def _led_to(piece: Piece, functions: Mapping[str, Pieces], methods: AbstractSet[ast.AST]) -> Iterator[Pieces]:
    """Yield the functions that each name in a piece of code may mean, and what makes objects of a class.

    A local variable may have the name of a method, and does not mean it.
    """
    for name in piece.names & functions.keys():
        found = functions[name]
        yield found if name in piece.members else [each for each in found if each[1].node not in methods]
    if piece.makes_objects:
        yield functions.get("__init__", [])


def _made_elsewhere(trees: Mapping[Path, ast.Module], handler: str, entry: Path) -> Pieces:
    """Return the functions of the modules that name a handler which none of them defines."""
    of_program = syntax_of(trees[entry]).of_program if handler == PROGRAM and entry in trees else ()
    return [(entry, piece) for piece in of_program] + [
        (file, piece)
        for file, tree in trees.items()
        if file == entry or handler in syntax_of(tree).imported
        for piece in syntax_of(tree).functions
    ]


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
