"""Which names in Python are of the project's own modules, and of objects of its classes."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.code.python_imports import found
from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading.python_expressions import last


def own_objects(
    trees: Mapping[Path, ast.Module], roots: Sequence[Path], own: AbstractSet[str]
) -> frozenset[str]:
    """Return such names.

    Args:
        trees: The modules of the project.
        roots: Folders that their imports start from.
        own: Names of its functions and classes.
    """
    names = {"self", "cls"}
    classes = {each.name for tree in trees.values() for each in syntax_of(tree).classes}
    alike = {name.lower() for name in classes}
    for tree in trees.values():
        names |= {*_imported(tree, roots)}
        for node in syntax_of(tree).whole.nodes:
            names |= {*_held(node, own, classes)}
            # A parameter that is called like a class holds an object of it.
            if isinstance(node, ast.arg) and node.arg.replace("_", "") in alike:
                names.add(node.arg)
    return frozenset(names - {""})


def _imported(tree: ast.Module, roots: Sequence[Path]) -> Iterator[str]:
    for node in syntax_of(tree).imports:
        for each in node.names:
            module = node.module or "" if isinstance(node, ast.ImportFrom) else each.name
            if getattr(node, "level", 0) or found(module, roots):
                yield each.asname or each.name.rpartition(".")[2]


def _held(node: ast.AST, own: AbstractSet[str], classes: AbstractSet[str]) -> Iterator[str]:
    """Yield the names that an assignment, a `with` or an annotation lets hold an object of the project."""
    if isinstance(node, ast.Assign | ast.NamedExpr) and _makes(node.value, own):
        yield from map(last, node.targets if isinstance(node, ast.Assign) else [node.target])
    elif isinstance(node, ast.withitem) and node.optional_vars and _makes(node.context_expr, own):
        yield last(node.optional_vars)
    elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
        words = {last(each) for each in ast.walk(node.annotation)}
        words |= {str(each.value) for each in ast.walk(node.annotation) if isinstance(each, ast.Constant)}
        if words & classes:
            yield node.arg if isinstance(node, ast.arg) else last(node.target)


def _makes(value: ast.expr, own: AbstractSet[str]) -> bool:
    """Tell whether an expression calls a function or a class of the project."""
    return any(isinstance(each, ast.Call) and last(each.func) in own for each in ast.walk(value))
