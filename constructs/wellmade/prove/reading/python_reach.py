"""Which functions in Python a handler reaches: by their names, by decorators that register them."""

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.reading.python_classes import Pieces, called_unnamed, decorated
from wellmade.prove.reading.python_decorators import Decorators
from wellmade.prove.reading.python_dynamic import looked_up
from wellmade.prove.reading.python_libraries import hands_the_event
from wellmade.prove.reading.python_names import aliases_in, names_of_others, own_names

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
    decorators = Decorators(trees)
    elsewhere = names_of_others(trees) - own_names(trees.values())
    unnamed = {} if unambiguous else called_unnamed(trees)
    waiting += [each for name in decorated(trees, decorators.wrapping) for each in unnamed.get(name, ())]
    for file, tree in trees.items():
        syntax = syntax_of(tree)
        waiting += [(file, piece) for piece in syntax.on_import]
        for piece in syntax.functions:
            # The name of a function within another means nothing elsewhere; its calls are those of the outer.
            name = getattr(piece.node, "name", "")
            if piece.node not in syntax.nested or name == handler:
                functions.setdefault(name, []).append((file, piece))
            is_for_others = name == "__getattr__" and piece.node not in syntax.methods
            if is_for_others or any(map(decorators.registers, getattr(piece.node, "decorator_list", ()))):
                waiting.append((file, piece))
    _add_aliases(trees, functions, unnamed)
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
        if not unambiguous:
            waiting.extend(_of_values(piece, functions, methods, elsewhere))
        waiting.extend(each for name in piece.names & unnamed.keys() for each in unnamed[name])


def _add_aliases(trees: Mapping[Path, ast.Module], *named: dict[str, Pieces]) -> None:
    """Add the names under which modules import functions and classes from others."""
    for new, name in aliases_in(trees.values()):
        for pieces in named:
            if name in pieces:
                pieces.setdefault(new, []).extend(pieces[name])


def _of_values(
    piece: Piece,
    functions: Mapping[str, Pieces],
    methods: AbstractSet[ast.AST],
    elsewhere: AbstractSet[str],
) -> Iterator[tuple[Path, Piece]]:
    """Yield the functions that a piece of code may look up by a value."""
    for begins, of_itself in looked_up(piece, elsewhere):
        for name, found in functions.items():
            if name.startswith(begins):
                yield from (each for each in found if not of_itself or each[1].node in methods)


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
