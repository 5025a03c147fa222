"""One route of an API: its function, who may send requests, how many, and of which form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from constructs import IConstruct

from wellmade.api.authorizers import Authorizer
from wellmade.api.throttle import Throttle, refuse_wrong_throttle
from wellmade.facts.apigateway import DEFAULT_ROUTE, METHODS
from wellmade.foundation.function_option import FunctionOption
from wellmade.kit.refusals import refusal

_PATH = re.compile(r"/|(/([A-Za-z0-9._:~-]+|\{[A-Za-z0-9._-]+\}))*(/\{[A-Za-z0-9._-]+\+\})?")


@dataclass(frozen=True)
class Route:
    """What answers one route, for whom, and how often; whatever is left out is the API's.

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library. Default: the API's `function`.
        authorizer: Who may send requests. Default: the API's `authorizer`.
        scopes: OAuth scopes, of which a token must have one; with a JWT or Cognito authorizer. Default: none.
        throttle: How many requests pass. Default: the API's `throttle`, which other routes use up too.
        request_schema: JSON Schema (draft 4) that a body must match before the function is called; for REST
            APIs. Default: none.
    """

    function: FunctionOption | None = None
    authorizer: Authorizer | None = None
    scopes: Sequence[str] = ()
    throttle: Throttle | None = None
    request_schema: Mapping[str, Any] | None = None


Routes = Mapping[str, Route | FunctionOption] | Sequence[str]
"""By method and path, a function or a `Route`; or methods and paths alone, all of the API's function."""


def routes_of(scope: IConstruct, given: Routes, authorizer: Authorizer) -> dict[str, Route]:
    """Return the routes by method and path, each with its authorizer.

    Raises:
        RefusedError: If there is none, or one is not written as `POST /orders`.
    """
    if not given:
        fix = "name one, such as ['POST /orders']"
        raise refusal(scope, "routes", "a list or mapping of at least one route", "none", fix)
    named = given if isinstance(given, Mapping) else dict.fromkeys(given, Route())
    found = {key: each if isinstance(each, Route) else Route(function=each) for key, each in named.items()}
    for key, route in found.items():
        _refuse_wrong_key(scope, key)
        if route.throttle:
            refuse_wrong_throttle(scope, f"routes[{key!r}].throttle", route.throttle)
    return {key: replace(each, authorizer=each.authorizer or authorizer) for key, each in found.items()}


def methods_and_paths(key: str) -> Iterator[tuple[str, str]]:
    """Yield the method and the path of a route; of `$default` those that take everything."""
    if key == DEFAULT_ROUTE:
        yield "ANY", "/"
        yield "ANY", "/{proxy+}"
    else:
        method, _, path = key.partition(" ")
        yield method, path


def _refuse_wrong_key(scope: IConstruct, key: str) -> None:
    method, _, path = key.partition(" ")
    if key != DEFAULT_ROUTE and (method not in METHODS or not path or not _PATH.fullmatch(path)):
        allowed = f"a method and a path each, or '{DEFAULT_ROUTE}'"
        raise refusal(
            scope, "routes", allowed, repr(key), "write it as 'POST /orders/{id}'", rule="route-conflict"
        )
