"""Methods that no name leads to: Python calls some by itself, libraries those of what inherits from them."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from pathlib import Path

from wellmade.prove.code.syntax import Piece, methods_of, syntax_of
from wellmade.prove.reading.python_expressions import last

_PLAIN = {
    *dir(builtins), "ABC", "BaseModel", "BaseSettings", "Enum", "Flag", "Generic", "IntEnum", "NamedTuple",
    "Protocol", "StrEnum", "TypedDict",
}  # fmt: skip
"""Bases that call no method of a class by its name."""
_HOOKS = ("_generate_next_value_", "_missing_", "model_post_init", "settings_customise_sources")

Pieces = list[tuple[Path, Piece]]


def called_unnamed(trees: Mapping[Path, ast.Module]) -> dict[str, Pieces]:
    """Return the methods that may be called of what a class makes, by the name of the class.

    They are `__call__`, `__enter__` and the like; of a class whose base no module of the project has, as
    `Thread` is, they are all.
    """
    found: dict[str, Pieces] = {}
    own = {each.name for tree in trees.values() for each in syntax_of(tree).classes}
    for file, tree in trees.items():
        syntax = syntax_of(tree)
        pieces = {piece.node: piece for piece in syntax.functions}
        for each in syntax.classes:
            every = any(_name(base) not in own | _PLAIN for base in each.bases)
            methods = (pieces[method] for method in methods_of(each))
            called = [(file, piece) for piece in methods if every or _is_special(piece)]
            found.setdefault(each.name, []).extend(called)
    return found


def decorated(trees: Mapping[Path, ast.Module], wrapping: set[str]) -> Iterator[str]:
    """Yield the names of classes that a decorator may hand to somebody who makes objects of them."""
    for tree in trees.values():
        for each in syntax_of(tree).classes:
            if any(_name(decorator) not in wrapping for decorator in each.decorator_list):
                yield each.name


def _is_special(method: Piece) -> bool:
    name = getattr(method.node, "name", "")
    return name in _HOOKS or (name.startswith("__") and name.endswith("__"))


def _name(node: ast.AST) -> str:
    """Return the last word of a base or a decorator, also of one with arguments."""
    if isinstance(node, ast.Call):
        return last(node.func)
    return last(node.value if isinstance(node, ast.Subscript) else node)
