"""What expressions in Python look like that matter for calls of AWS."""

import ast
from typing import Any

from wellmade.prove.reading.sites import Variable

_PASSING = {"submit": 1, "partial": 1, "map": 1, "to_thread": 1, "run_in_executor": 2}
"""Functions that call one of their arguments with those behind it, to which argument that is."""


def has_keys(session: ast.Call) -> bool:
    """Tell whether a session is made with keys of its own."""
    return any(
        each.arg in (None, "aws_access_key_id", "botocore_session") for each in session.keywords
    ) or bool(session.args)


def last(node: ast.AST) -> str:
    """Return the last word of a name or an attribute; empty for whatever else."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def handed_over(call: ast.Call) -> tuple[str, list[ast.expr]]:
    """Return the function that gets the arguments of a call by place, and these: pools hand them on."""
    name, given = last(call.func), list(call.args)
    by_name = {each.arg: each.value for each in call.keywords}
    if name == "Thread" and "target" in by_name:
        passed = by_name.get("args")
        return last(by_name["target"]), passed.elts if isinstance(passed, ast.Tuple | ast.List) else []
    place = _PASSING.get(name, 0)
    if place and len(given) >= place:
        return last(given[place - 1]), given[place:]
    return name, given


def named(call: ast.Call, name: str) -> ast.expr | None:
    """Return the argument of a call that has a name; None if there is none."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def is_environment(node: ast.AST, *, called: bool = False) -> bool:
    """Tell whether an expression is `os.environ`, or with `called` a function that reads it."""
    if called and last(node) == "getenv":
        return True
    inner = node.value if called and isinstance(node, ast.Attribute) else node
    return last(inner) == "environ"


def variable(name: Any, default: Any = None) -> Variable | None:
    """Return a variable of the environment; None if its name is not told."""
    return Variable(name, default if isinstance(default, str) else None) if isinstance(name, str) else None


def spreads(function: ast.AST) -> bool:
    """Tell whether a function hands on whatever it is given by name."""
    more = getattr(getattr(function, "args", None), "kwarg", None)
    return more is not None and any(
        each.arg is None and last(each.value) == more.arg
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        for each in node.keywords
    )
