"""The environment in Python: `os.environ`, and the parameters of functions that are called with it."""

import ast
from collections.abc import Iterable

from wellmade.prove.reading.python_expressions import is_environment, last


class Environment:
    """Knows which parameters hold the environment, by the function that they are of."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    def hand_over(self, function: ast.AST, given: Iterable[tuple[str, ast.expr]]) -> list[str]:
        """Let parameters hold the environment whose name says so; return those of which that is new."""
        passed = [name for name, each in given if name.startswith("env") and is_environment(each)]
        new = [name for name in passed if f"{id(function)}:{name}" not in self._held]
        self._held |= {f"{id(function)}:{name}" for name in new}
        return new

    def is_it(self, node: ast.AST, scope: str) -> bool:
        """Tell whether an expression is the environment, within the names of a function."""
        return is_environment(node) or f"{scope}{last(node)}" in self._held

    def is_read(self, method: ast.AST, scope: str) -> bool:
        """Tell whether a method or a function reads the environment: `os.environ.get`, `os.getenv`."""
        if is_environment(method, called=True):
            return True
        return isinstance(method, ast.Attribute) and self.is_it(method.value, scope)
