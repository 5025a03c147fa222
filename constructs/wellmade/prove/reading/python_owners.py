"""Calls in Python of something that nobody knows, by the name of a method that a client of the code has."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from botocore import xform_name

from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import UnknownServiceError
from wellmade.prove.code.syntax import Piece
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_foreign import is_foreign
from wellmade.prove.reading.python_guards import with_guard
from wellmade.prove.reading.python_makers import MAKERS, Maker
from wellmade.prove.reading.python_names import Names
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import Site, Unread

_OF_ANYTHING = ("copy", "execute", "read", "run", "stop", "write")
"""Methods of clients that much else has."""


@cache
def operations_of(service: str) -> Mapping[str, str]:
    """Return the operations of a service by the methods of its client; none of an unknown service."""
    try:
        return {xform_name(name): name for name in model_of(service).operation_names}
    except UnknownServiceError:
        return {}


def methods_made(reached: Sequence[tuple[Path, Piece]], values: Values) -> dict[str, tuple[str, str]]:
    """Return the methods of the clients and resources that some code makes.

    Each has its service, and the variable without which no client of it is made, if there is one.
    """
    needed: dict[str, set[str]] = {}
    for file, piece in reached:
        with values.inside(piece.node):
            calls = [node for node in piece.calls if last(node.func) in MAKERS]
            made = [(node.lineno, found) for node in calls if isinstance(found := values.of(node), Maker)]
        for line, found in made:
            what = Unread(file, line, "", (found.service,))
            needed.setdefault(found.service, set()).add(with_guard(what, piece, reached, values).needs)
    return {
        method: (service, next(iter(needs)) if len(needs) == 1 else "")
        for service, needs in needed.items()
        for method in operations_of(service)
        if method not in _OF_ANYTHING
    }


def of_unknown_owners(
    file: Path,
    piece: Piece,
    values: Values,
    methods: Mapping[str, tuple[str, str]],
    names: Names,
    sites: Iterable[Site],
) -> Iterator[Unread]:
    """Yield calls that may be those of a client that a name does not tell: of a dictionary, an argument.

    Args:
        file: Where the code stands.
        piece: The code, within whose names the values are looked up.
        values: What is known.
        methods: As `methods_made` tells them.
        names: Whose the names in the code are.
        sites: What was read of the code.
    """
    read = {(each.line, each.last_line) for each in sites}
    within = getattr(piece.node, "name", "")
    for node in piece.calls:
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in methods:
            continue
        # A function of the project that has the name of a method passes its call on to a client.
        is_own = method.attr in names.own and method.attr != within and names.may_be_own(method.value)
        if is_own or (node.lineno, node.end_lineno) in read or is_foreign(method.value, names.libraries):
            continue
        if values.of(method.value) is None and not values.makers(method.value):
            service, needs = methods[method.attr]
            what = f"{method.attr} of what may be a client of {service}"
            yield Unread(file, node.lineno, what, (service,), needs=needs)
