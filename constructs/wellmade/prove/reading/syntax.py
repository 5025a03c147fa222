"""What of the syntax of Python modules is looked at again and again, gathered once for each piece of it."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope(NamedTuple):
    """A module or a function, with what tells values in it, also in functions within it."""

    node: ast.AST
    telling: tuple[ast.AST, ...]
    """Assignments, `with` statements and calls that pass arguments by name."""
    returned: tuple[ast.expr, ...]
    """What it returns."""


@lru_cache(maxsize=4096)
def scopes_of(tree: ast.Module) -> tuple[Scope, ...]:
    """Return the module and its functions."""
    functions = (node for node in ast.walk(tree) if isinstance(node, _Function))
    return tuple(_scope(node) for node in (tree, *functions))


def _scope(node: ast.AST) -> Scope:
    every = list(ast.walk(node))
    returned = (each.value for each in every if isinstance(each, ast.Return) and each.value)
    return Scope(node, tuple(each for each in every if _tells(each)), tuple(returned))


def _tells(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return bool(node.keywords)
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.withitem)


@lru_cache(maxsize=4096)
def functions_of(tree: ast.Module) -> tuple[_Function, ...]:
    """Return every function of a module."""
    return tuple(node for node in ast.walk(tree) if isinstance(node, _Function))


@lru_cache(maxsize=65536)
def names_in(node: ast.AST) -> frozenset[str]:
    """Return the names and attributes that stand in a piece of code."""
    return frozenset(_names(node))


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


@lru_cache(maxsize=65536)
def calls_in(node: ast.AST) -> tuple[ast.Call, ...]:
    """Return the calls in a piece of code."""
    return tuple(each for each in ast.walk(node) if isinstance(each, ast.Call))


@lru_cache(maxsize=4096)
def run_on_import(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return the statements of a module and of its classes that run when it is imported."""
    return tuple(_without_functions(tree))


def _without_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield from node.decorator_list
        elif isinstance(node, ast.ClassDef):
            yield from _without_functions(node)
        elif not _is_main(node):
            yield node


def _is_main(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)
