"""Code in Python that runs only where a variable is set: behind `if not os.environ.get(…): return`."""

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from wellmade.prove.code.syntax import Piece, parameters_of, syntax_of
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import Unread, Variable

_OF_RUNTIME = ("AWS_", "LAMBDA_", "ECS_", "_", "HOME", "LANG", "PATH", "PYTHON", "TZ")
"""What variables begin with that the runtime sets, whatever the template says.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""


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


def with_guard(
    unread: Unread, made_in: Piece, reached: Sequence[tuple[Path, Piece]], values: Values
) -> Unread:
    """Return a client with the variable without which its function does not make it, or is not called."""
    with values.inside(made_in.node):
        needs = guard_of(made_in.node, unread.line, values)
    name = getattr(made_in.node, "name", "")
    return replace(unread, needs=needs or (guard_of_call(name, reached, values) if name else ""))


def guard_of(function: ast.AST, line: int, values: Values) -> str:
    """Return the variable that has to be set for a line of a function to run; empty if none has to be.

    Args:
        function: It, within whose names the values are looked up.
        line: Where it is asked for.
        values: What is known.
    """
    held: dict[str, str] = {}
    stored = _stored(function)
    given = {*stored, *parameters_of(function)}
    for statement in getattr(function, "body", ()):
        if statement.lineno >= line or not isinstance(statement, ast.Assign | ast.If):
            continue
        if isinstance(statement, ast.If):
            if (name := _asked(statement, held, values, given)) and (statement.end_lineno or line) < line:
                return name
        elif name := _variable(statement.value, values):
            targets = map(ast.unparse, statement.targets)
            held |= {target: name for target in targets if stored[target] == 1}
    return ""


@lru_cache(maxsize=4096)
def fills_environment(tree: ast.Module) -> bool:
    """Tell whether a module sets variables of its own environment, so that the template alone tells none."""
    return any(map(_fills, syntax_of(tree).whole.nodes))


def _fills(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Store) and last(node.value) == "environ"
    if not isinstance(node, ast.Call):
        return False
    of_environment = isinstance(node.func, ast.Attribute) and last(node.func.value) == "environ"
    name = last(node.func)
    return name in ("putenv", "load_dotenv") or (of_environment and name in ("setdefault", "update"))


def _stored(function: ast.AST) -> Counter[str]:
    """Return how often a function gives each name or attribute a value."""
    kinds = ast.Name | ast.Attribute
    stored = [each for each in ast.walk(function) if isinstance(each, kinds)]
    return Counter(ast.unparse(each) for each in stored if isinstance(each.ctx, ast.Store))


def _asked(statement: ast.If, held: Mapping[str, str], values: Values, given: Collection[str]) -> str:
    """Return the variable without which the statement leaves the function; empty if it asks for none.

    What the function is given, and attributes that anybody may set, are no variables.
    """
    leaves = isinstance(statement.body[-1], ast.Return | ast.Raise)
    test = statement.test
    if (
        not leaves
        or statement.orelse
        or not isinstance(test, ast.UnaryOp)
        or not isinstance(test.op, ast.Not)
    ):
        return ""
    is_given = isinstance(test.operand, ast.Attribute) or ast.unparse(test.operand) in given
    return held.get(ast.unparse(test.operand), "") or ("" if is_given else _variable(test.operand, values))


def _variable(value: ast.expr, values: Values) -> str:
    found: Any = values.of(value)
    is_told = isinstance(found, Variable) and not found.default and not found.name.startswith(_OF_RUNTIME)
    return found.name if is_told else ""
