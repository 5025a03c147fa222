"""Regions that Python's clients are made for by name: their calls go there, wherever the function runs."""

import ast
from collections.abc import Iterable, Iterator

from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading.python_expressions import last, named
from wellmade.prove.reading.python_makers import MAKERS

ANY_SERVICE = "*"


def named_regions(trees: Iterable[ast.Module]) -> frozenset[tuple[str, str]]:
    """Return services with the regions that modules name for their clients; `*` for those of a session."""
    return frozenset((service, region) for tree in trees for service, region, _ in regions_in(tree))


def regions_in(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Yield services and regions as above, and the lines that name them."""
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
        region = _text(constants.get(last(given), given) if given else None)
        if region:
            service = _text(call.args[0]) if is_maker and call.args else ""
            yield service or ANY_SERVICE, region, call.lineno


def _text(value: ast.expr | None) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
