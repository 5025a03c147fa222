"""Clients in Python of which no call is read: made and left, of any service, given to a library."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from wellmade.prove.calls.models import has_service
from wellmade.prove.code.syntax import Piece, parameters_of
from wellmade.prove.reading.python_expressions import handed_over, last
from wellmade.prove.reading.python_given import given_to, handed_to, is_session, makers_kept
from wellmade.prove.reading.python_guards import guard_of, with_guard
from wellmade.prove.reading.python_makers import MAKERS, Maker
from wellmade.prove.reading.python_names import Names
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import ANY, Site, Unread

_LOOKS = {
    "bool", "cast", "getattr", "hasattr", "id", "isinstance", "len", "print", "repr", "setattr", "str",
    "type",
}  # fmt: skip
"""Functions of Python that call nothing of what they are given, or are read elsewhere."""
_LOGS = {"critical", "debug", "error", "exception", "info", "warning"}
_LOGGERS = ("log", "logger", "logging")
"""How the names of loggers end, whose methods call nothing either."""
_MAKE_SESSIONS = ("Session", "client", "resource")


def of_clients(
    reached: Sequence[tuple[Path, Piece]],
    values: Values,
    names: Names,
    sites: Iterable[Site],
    unread: Iterable[Unread],
) -> Iterator[Unread]:
    """Yield the clients that are made and of which no call is read, once for each service.

    Args:
        reached: The code, by file.
        values: What is known.
        names: Whose the names in the code are.
        sites: What was read.
        unread: What is known not to be read.
    """
    told = {each.service for each in sites}
    told |= {name for each in unread if not each.needs for name in each.services}
    named: set[str] = set()
    of_parameters: list[Unread] = []
    given_values: set[str] = set()
    makers: set[str] = set()
    found: list[tuple[Unread, Piece]] = []
    for file, piece in reached:
        with values.inside(piece.node):
            for node in piece.calls:
                if last(node.func) not in MAKERS or not isinstance(node.func, ast.Attribute):
                    if last(node.func) in names.own:
                        services = set(filter(has_service, _texts(node, values)))
                        named |= services
                        given_values |= (
                            set() if services or _hands_on(node, piece.node) else {last(node.func)}
                        )
                    continue
                made = values.of(node)
                named |= _told_by_own(made, last(node.func), names)
                if isinstance(made, Maker) and made.service not in told:
                    what = f"a client of {made.service}"
                    found.append((Unread(file, node.lineno, what, (made.service,)), piece))
                elif made is None and is_session(node.func.value, names.sessions):
                    untold = Unread(file, node.lineno, "a client of a service that is a value", ANY)
                    if _is_parameter(node, piece.node):
                        of_parameters.append(untold)
                        makers.add(getattr(piece.node, "name", ""))
                    else:
                        yield untold
    for each, piece in found:
        guarded = with_guard(each, piece, reached, values)
        if not told.issuperset(each.services):
            told |= set() if guarded.needs else {*each.services}
            yield guarded
    yield from of_parameters[:1] if makers & given_values else ()
    yield from _of_parameters(of_parameters[:1], named, told)


def _told_by_own(made: object, function: str, names: Names) -> set[str]:
    """Return the service of a client that a function of the project's own makes, called as the SDK's is."""
    return {made.service} if isinstance(made, Maker) and function in names.own else set()


def given_away(
    file: Path,
    piece: Piece,
    values: Values,
    names: Names,
    sites: Iterable[Site],
) -> Iterator[Unread]:
    """Yield the clients that are given to what is not the project's own, which may call anything of them.

    Args:
        file: Where the code stands.
        piece: The code, within whose names the values are looked up.
        values: What is known.
        names: Whose the names in the code are.
        sites: What was read of the code.
    """
    for each, makes_sessions in _gifts(piece, names, sites):
        gone = [(f"a client of {owner.service}", (owner.service,)) for owner in values.makers(each)]
        if is_session(each, names.sessions) and not makes_sessions:
            gone.insert(0, ("a session", ANY))
        needs = guard_of(piece.node, each.lineno, values) if gone else ""
        for what, services in gone:
            yield Unread(file, each.lineno, what, services, needs=needs)
    for line in makers_kept(piece, names.sessions):
        yield Unread(file, line, "a client of a service that is a value", ANY)


def _gifts(piece: Piece, names: Names, sites: Iterable[Site]) -> Iterator[tuple[ast.expr, bool]]:
    """Yield what libraries are given, and whether it is given to what makes clients and sessions of it."""
    read = {(each.line, each.last_line) for each in sites}
    for node in piece.calls:
        name, _ = handed_over(node)
        if not (
            names.is_own(node.func, name)
            or _looks(node.func, names)
            or (node.lineno, node.end_lineno) in read
        ):
            yield from ((each, name in _MAKE_SESSIONS) for each in given_to(node))
    yield from ((each, False) for each in handed_to(piece, names.libraries))


def _looks(function: ast.expr, names: Names) -> bool:
    """Tell whether a function only looks at what it is given: Python's own, or a logger's."""
    if isinstance(function, ast.Name):
        return function.id in _LOOKS and (function.id == "cast" or function.id not in names.libraries)
    is_logger = isinstance(function, ast.Attribute) and last(function.value).lower().endswith(_LOGGERS)
    return is_logger and last(function) in _LOGS


def _is_parameter(made: ast.Call, function: ast.AST) -> bool:
    """Tell whether the service of a client is what its function is given."""
    return bool(made.args) and last(made.args[0]) in parameters_of(function)


def _hands_on(call: ast.Call, function: ast.AST) -> bool:
    """Tell whether a call gives nothing, or only what its own function is given: who calls that tells it."""
    given = [*call.args, *(each.value for each in call.keywords)]
    taken = parameters_of(function) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else []
    return all(last(each) in taken for each in given)


def _of_parameters(
    found: Iterable[Unread], named: AbstractSet[str], told: AbstractSet[str]
) -> Iterator[Unread]:
    """Yield clients whose service a function is given: of each that it is told by name, if that is read."""
    for each in found:
        if not named & told:
            yield each
            continue
        for service in sorted(named - told):
            yield Unread(each.file, each.line, f"a client of {service}", (service,))


def _texts(node: ast.Call, values: Values) -> list[str]:
    given = [values.of(each) for each in (*node.args, *(keyword.value for keyword in node.keywords))]
    return [each for each in given if isinstance(each, str)]
