"""No two routes of an API take the same requests."""

import re
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.apigateway import DEFAULT_ROUTE, METHODS
from wellmade.graph import Graph, Resource, is_known, text, written

_PARAMETER = re.compile(r"\{[^}+]+(\+?)\}")
_WEB_SOCKET = "WEBSOCKET"


def _check(graph: Graph) -> Iterator[Violation]:
    for route in graph.of_type("AWS::ApiGatewayV2::Route"):
        yield from _unknown_method(graph, route)
    yield from _twice(graph, "AWS::ApiGatewayV2::Route", ("ApiId",), "RouteKey")
    yield from _twice(graph, "AWS::ApiGateway::Resource", ("RestApiId", "ParentId"), "PathPart")


def _unknown_method(graph: Graph, route: Resource) -> Iterator[Violation]:
    key, api = text(route.get("RouteKey")), graph.target(route.get("ApiId"))
    method, _, path = (key or "").partition(" ")
    if key is None or method.startswith("$") or (api and api.get("ProtocolType") == _WEB_SOCKET):
        return
    if path.startswith("/") and method not in METHODS:
        message = f"is {key}, must be {DEFAULT_ROUTE} or begin with one of {', '.join(METHODS)}"
        yield Violation(route, "Properties.RouteKey", message)


def _twice(graph: Graph, kind: str, places: tuple[str, ...], named: str) -> Iterator[Violation]:
    """Yield what has the path of another one at the same place, whatever its parameters are called."""
    seen: dict[tuple[str, ...], tuple[str, Resource]] = {}
    for resource in graph.of_type(kind):
        where = [resource.get(place) for place in places]
        given = text(resource.get(named))
        if given is None or resource.condition or not all(map(is_known, where)):
            continue
        key = (resource.stack, *map(written, where), _PARAMETER.sub(r"{\1}", given))
        first, other = seen.setdefault(key, (given, resource))
        if other is not resource and (first == given or "{" in given):
            message = f"is {given}, which takes what {first} of {other.logical_id} takes"
            yield Violation(resource, f"Properties.{named}", message)


RULE = Rule(
    id="route-conflict",
    title="No two routes of an API take the same requests",
    severity=Severity.WARNING,
    explanation=(
        "API Gateway refuses the second one, and a path whose parameter is called differently beside "
        "another. The deployment fails half way and rolls back."
    ),
    fix="leave one of the two out, or call the parameter the same in both",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html",
    check=_check,
)
