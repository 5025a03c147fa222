"""Regions that Python's clients are made for by name: their calls go there, wherever the function runs."""

import ast
from collections.abc import Iterable, Iterator

from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading.python_expressions import is_environment, last, named
from wellmade.prove.reading.python_makers import MAKERS
from wellmade.prove.reading.sites import OF_VARIABLE, VALUE

ANY_SERVICE = "*"
_HOME = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Variables in which the runtime tells the region of the function."""
_TAKE_REGIONS = ("Config", "Session")
"""What else takes the region of clients."""


def named_regions(trees: Iterable[ast.Module]) -> frozenset[tuple[str, str]]:
    """Return services with the regions that modules name for their clients; `*` for those of a session."""
    every = ((service, region) for tree in trees for service, region, _ in regions_in(tree))
    return frozenset((service, region) for service, region in every if region[0] not in (VALUE, OF_VARIABLE))


def regions_in(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Yield services and regions as above, and the lines that name them; also of what a value names."""
    constants = {
        last(target): each.value
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
    }
    for call in syntax_of(tree).whole.calls:
        is_maker = last(call.func) in MAKERS
        by_place = call.args[1] if is_maker and len(call.args) > 1 else None
        given = named(call, "region_name") or by_place
        region = _region(constants.get(last(given), given)) if given else ""
        if region and (is_maker or last(call.func) in _TAKE_REGIONS or region != VALUE):
            service = _text(call.args[0]) if is_maker and call.args else ""
            yield service or ANY_SERVICE, region, call.lineno


def _region(value: ast.expr) -> str:
    """Return a region, the variable that tells it, or that a value does; empty of a session's own."""
    if isinstance(value, ast.Constant):
        return _text(value)
    if isinstance(value, ast.Attribute) and value.attr == "region_name":
        return ""  # of a session
    for each in ast.walk(value):
        if isinstance(each, ast.Subscript) and is_environment(each.value):
            return of_variable(_text(each.slice))
        if isinstance(each, ast.Call) and each.args and is_environment(each.func, called=True):
            return of_variable(_text(each.args[0]))
    return VALUE


def of_variable(name: str) -> str:
    """Return what stands for the region that a variable tells; empty where the runtime sets it."""
    return "" if name in _HOME else f"{OF_VARIABLE}{name}"


def _text(value: ast.expr | None) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
