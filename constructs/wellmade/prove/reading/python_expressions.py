"""What expressions in Python look like that matter for calls of AWS."""

import ast
from typing import Any

from wellmade.prove.reading.sites import Variable


def has_keys(session: ast.Call) -> bool:
    """Tell whether a session is made with keys of its own."""
    return any(
        each.arg in (None, "aws_access_key_id", "botocore_session") for each in session.keywords
    ) or bool(session.args)


def last(node: ast.AST) -> str:
    """Return the last word of a name or an attribute; empty for whatever else."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


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
