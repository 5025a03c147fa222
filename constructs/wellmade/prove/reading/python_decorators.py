"""Decorators in Python: which of them hand a function to somebody who calls it later."""

import ast
from collections.abc import Mapping
from pathlib import Path

from wellmade.prove.code.syntax import Piece, parameters_of, syntax_of
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_names import own_names

_WRAPPERS = {
    "backoff", "cache", "cached", "capture_lambda_handler", "capture_method", "contextmanager", "dataclass",
    "deleter", "final", "getter", "inject_lambda_context", "log_metrics", "lru_cache", "on_exception",
    "retry", "runtime_checkable", "setter", "singledispatch", "total_ordering", "ttl_cache", "unique",
    "wraps",
}  # fmt: skip
"""Decorators that give a function back to be called by its name."""


_NO_REGISTERS = {
    "abstractmethod", "asynccontextmanager", "cached_property", "classmethod", "no_type_check", "overload",
    "override", "property", "singledispatchmethod", "staticmethod", "typechecked",
}  # fmt: skip
"""Decorators without arguments that hand what they are given to nobody."""
_PUT = {"add", "append", "connect", "insert", "put", "register", "setdefault"}
"""Methods that keep what they are given."""


class Decorators:
    """Knows the decorators of modules: those of libraries, and what the project's own do.

    Args:
        trees: The modules, by file.
    """

    def __init__(self, trees: Mapping[Path, ast.Module]) -> None:
        pieces = [piece for tree in trees.values() for piece in syntax_of(tree).functions]
        storing = {_name(each) for each in pieces if _stores(each)}
        self._own = own_names(trees.values())
        self._keeping = storing | {_name(each) for each in pieces if _keeps(each)}
        self.wrapping = (_WRAPPERS | {_name(each) for each in pieces if "wraps" in each.names}) - storing
        """The names of those that give a function back to be called by its name."""

    def registers(self, decorator: ast.AST) -> bool:
        """Tell whether a decorator hands a function to somebody, as `@app.get("/orders")` does."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute):
            return called.attr not in self.wrapping
        if not isinstance(called, ast.Name) or called.id in self.wrapping:
            return False
        is_own = called.id in self._own | _NO_REGISTERS
        return isinstance(decorator, ast.Call) or called.id in self._keeping or not is_own


def _name(function: Piece) -> str:
    return getattr(function.node, "name", "")


def _keeps(function: Piece) -> bool:
    """Tell whether a decorator gives back what it was given: then it keeps that for somebody to call."""
    taken = parameters_of(function.node)
    return len(taken) == 1 and any(last(each) == taken[0] for each in function.returned)


def _stores(function: Piece) -> bool:
    """Tell whether a decorator puts what it was given, or what it made of it, where somebody may call it."""
    inner = [each for each in function.nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    given = {name for each in inner for name in parameters_of(each)} | {each.name for each in inner[1:]}
    return any(
        any(isinstance(target, ast.Subscript | ast.Attribute) for target in node.targets)
        if isinstance(node, ast.Assign) and last(node.value) in given
        else isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _PUT
        and any(last(each) in given for each in node.args)
        for node in function.nodes
    )
