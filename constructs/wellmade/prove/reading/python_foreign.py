"""Which names in Python are of libraries: no line of the project tells what they do with what they get."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.python_imports import found
from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading.python_expressions import last

SDK = frozenset({"aioboto3", "aiobotocore", "boto3", "botocore"})
"""Packages whose clients are read."""


def foreign_names(trees: Mapping[Path, ast.Module], roots: Sequence[Path]) -> frozenset[str]:
    """Return the names that modules import from elsewhere, and those of what is made with these.

    Args:
        trees: The modules of the project.
        roots: Folders that their imports start from.
    """
    names: set[str] = set()
    for tree in trees.values():
        for node in syntax_of(tree).imports:
            names |= set(_imported(node, roots))
    for tree in trees.values():
        names |= _made_with(names, syntax_of(tree).assignments)
    return frozenset(names)


def is_foreign(node: ast.AST, names: AbstractSet[str]) -> bool:
    """Tell whether an expression is of a library: it begins with such a name, or ends in one."""
    return root(node) in names or last(node) in names


def root(node: ast.AST) -> str:
    """Return the first word of an expression: `a` of `a.b(c).d`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return last(node)


def _imported(node: ast.Import | ast.ImportFrom, roots: Sequence[Path]) -> list[str]:
    if isinstance(node, ast.Import):
        each_bound = [(each.asname or each.name.partition(".")[0], each.name) for each in node.names]
        return [bound for bound, name in each_bound if _is_elsewhere(name, roots)]
    if node.module and not node.level:
        return [each.asname or each.name for each in node.names if _is_elsewhere(node.module, roots)]
    return []


def _is_elsewhere(module: str, roots: Sequence[Path]) -> bool:
    return module.partition(".")[0] not in SDK and not found(module, roots)


def _made_with(names: AbstractSet[str], assignments: Iterable[ast.Assign]) -> set[str]:
    """Return the names that hold what a library made: `cache` of `cache = lib.Cache()`."""
    return {
        last(target)
        for node in assignments
        if isinstance(node.value, ast.Call) and root(node.value) in names
        for target in node.targets
    } - {""}
