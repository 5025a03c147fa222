"""Markers of requirements, such as `python_version < "3.12"`, judged for the target.

pip judges them by the machine that it runs on, which need not be what the function has.
Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
"""

import ast
import operator
import re
from collections.abc import Callable, Collection, Mapping

_VERSIONS = {"python_version", "python_full_version", "implementation_version"}
_COMPARE: Mapping[type[ast.cmpop], Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def applies(marker: str, environment: Mapping[str, str], extras: Collection[str] = ()) -> bool:
    """Tell whether a requirement with this marker is needed.

    Args:
        marker: What stands behind the semicolon.
        environment: Names and values that it compares; see `Target.markers`.
        extras: The extras that were asked for.

    Raises:
        ValueError: If the marker is not understood.
    """
    try:
        # Markers are written like expressions of Python, but for the compatible release.
        tree = ast.parse(re.sub(r"~=", "@", marker.strip()), mode="eval")
        return _judge(tree.body, environment, extras)
    except (SyntaxError, KeyError, TypeError) as error:
        raise ValueError(f"the marker {marker.strip()!r} is not understood") from error


def _judge(node: ast.expr, environment: Mapping[str, str], extras: Collection[str]) -> bool:
    if isinstance(node, ast.BoolOp):
        judged = (_judge(each, environment, extras) for each in node.values)
        return all(judged) if isinstance(node.op, ast.And) else any(judged)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = _operand(node.left), _operand(node.comparators[0])
        if "extra" in (left[0], right[0]):
            wanted = left[1] if right[0] == "extra" else right[1]
            return (wanted in extras) is isinstance(node.ops[0], ast.Eq)
        is_version = left[0] in _VERSIONS or right[0] in _VERSIONS
        values = [environment[name] if name else text for name, text in (left, right)]
        return _compare(node.ops[0], values[0], values[1], is_version=is_version)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return _is_compatible(*(environment[name] if name else text for name, text in _both(node)))
    raise TypeError(ast.dump(node))


def _both(node: ast.BinOp) -> tuple[tuple[str, str], tuple[str, str]]:
    return _operand(node.left), _operand(node.right)


def _is_compatible(own: str, least: str) -> bool:
    """Tell whether a version is a compatible release, as `~=` asks."""
    series = _numbers(least)[:-1]
    return _numbers(own) >= _numbers(least) and _numbers(own)[: len(series)] == series


def _operand(node: ast.expr) -> tuple[str, str]:
    """Return the name of a variable, or a text; one of the two is empty."""
    if isinstance(node, ast.Name):
        return node.id, ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "", node.value
    raise TypeError(ast.dump(node))


def _compare(kind: ast.cmpop, left: str, right: str, *, is_version: bool) -> bool:
    if isinstance(kind, ast.In | ast.NotIn):
        return (left in right) is isinstance(kind, ast.In)
    if not is_version:
        return _COMPARE[type(kind)](left, right)
    if right.endswith(".*"):
        prefix = _numbers(right.removesuffix(".*"))
        return (_numbers(left)[: len(prefix)] == prefix) is isinstance(kind, ast.Eq)
    own, other = _numbers(left), _numbers(right)
    width = max(len(own), len(other))
    own, other = (each + (0,) * (width - len(each)) for each in (own, other))
    return _COMPARE[type(kind)](own, other)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the release of a version; a pre-release counts as its release."""
    release = re.match(r"\d+(\.\d+)*", version)
    if not release:
        raise TypeError(version)
    return tuple(int(number) for number in release[0].split("."))
