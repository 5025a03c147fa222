"""Routes that API Gateway cannot tell from one another."""

import re
from collections.abc import Iterable

from constructs import IConstruct

from wellmade.api.route import methods_and_paths
from wellmade.kit.refusals import refusal

_PARAMETER = re.compile(r"\{([^{}+]+)(\+?)\}")


def refuse_twice(scope: IConstruct, given: Iterable[str]) -> None:
    """Raise where a list names one route twice.

    Raises:
        RefusedError: If it does.
    """
    keys = list(given)
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise refusal(
            scope,
            "routes",
            "each given once",
            f"{twice!r} twice",
            "leave one of them out",
            rule="route-conflict",
        )


def refuse_conflicts(scope: IConstruct, kind: str, keys: Iterable[str]) -> None:
    """Raise where two routes match the same requests, or parameters have names that API Gateway refuses.

    Args:
        scope: The API.
        kind: `http` or `rest`. In a REST API one place of a path has one parameter, whatever the method.
        keys: Methods and paths.

    Raises:
        RefusedError: If it is so.
    """
    seen: dict[str, str] = {}
    for key in keys:
        _refuse_one_name(scope, key)
        for shape, name in _places(key) if kind == "rest" else [_shape(key)]:
            first = seen.setdefault(shape, name)
            if first != name:
                allowed = "such that no two take the same requests"
                fix = "call a parameter the same in all routes, or leave one of them out"
                raise refusal(scope, "routes", allowed, f"{first} and {name}", fix, rule="route-conflict")


def _refuse_one_name(scope: IConstruct, key: str) -> None:
    names = [name for name, _ in _PARAMETER.findall(key)]
    if len(names) != len(set(names)):
        fix = "give each parameter a name of its own"
        raise refusal(
            scope, "routes", "paths with parameters of different names", repr(key), fix, rule="route-conflict"
        )


def _shape(key: str) -> tuple[str, str]:
    """Return a route of an HTTP API without the names of its parameters, and the route."""
    return _PARAMETER.sub(r"{\2}", key), key


def _places(key: str) -> list[tuple[str, str]]:
    """Return what a route takes of a REST API: its methods, and places of parameters each with its path."""
    found = []
    for method, path in methods_and_paths(key):
        parts = path.split("/")
        ends = [number + 1 for number, part in enumerate(parts) if _PARAMETER.fullmatch(part)]
        paths = ["/".join(parts[:end]) for end in ends]
        found += [(_PARAMETER.sub("{}", each), each) for each in paths]
        found.append((f"{method} {path}", key))
    return found
