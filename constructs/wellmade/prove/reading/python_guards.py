"""Code in Python that runs only where a variable is set: behind `if not os.environ.get(…): return`."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wellmade.prove.code.syntax import Piece
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import Variable


def guard_of_call(name: str, reached: Iterable[tuple[Path, Piece]], values: Values) -> str:
    """Return the variable that has to be set for a function of this name to be called; empty if none has.

    Args:
        name: Of the function.
        reached: The code, by file.
        values: What is known.
    """
    needed = set()
    for _, piece in reached:
        with values.inside(piece.node):
            lines = [call.lineno for call in piece.calls if last(call.func) == name]
            needed |= {guard_of(piece.node, line, values) for line in lines}
    return needed.pop() if len(needed) == 1 else ""


def guard_of(function: ast.AST, line: int, values: Values) -> str:
    """Return the variable that has to be set for a line of a function to run; empty if none has to be.

    Args:
        function: It, within whose names the values are looked up.
        line: Where it is asked for.
        values: What is known.
    """
    held: dict[str, str] = {}
    for statement in getattr(function, "body", ()):
        if statement.lineno >= line or not isinstance(statement, ast.Assign | ast.If):
            continue
        if isinstance(statement, ast.If):
            if (name := _asked(statement, held, values)) and (statement.end_lineno or line) < line:
                return name
        elif name := _variable(statement.value, values):
            held |= {last(target): name for target in statement.targets}
    return ""


def _asked(statement: ast.If, held: Mapping[str, str], values: Values) -> str:
    """Return the variable without which the statement leaves the function; empty if it asks for none."""
    leaves = isinstance(statement.body[-1], ast.Return | ast.Raise)
    test = statement.test
    if (
        not leaves
        or statement.orelse
        or not isinstance(test, ast.UnaryOp)
        or not isinstance(test.op, ast.Not)
    ):
        return ""
    return held.get(last(test.operand), "") or _variable(test.operand, values)


def _variable(value: ast.expr, values: Values) -> str:
    found: Any = values.of(value)
    return found.name if isinstance(found, Variable) and not found.default else ""
