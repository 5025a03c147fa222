"""Browsers take what CORS allows."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import is_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list

_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/]+")
_PATH = "CorsConfiguration.AllowOrigins"


def _check(graph: Graph) -> Iterator[Violation]:
    for api in graph.of_type("AWS::ApiGatewayV2::Api"):
        origins = [each for each in as_list(api.get(_PATH)) if isinstance(each, str)]
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                message = f"is {origin}, must be a scheme and a host, or *"
                yield Violation(api, f"Properties.{_PATH}", message)
        if "*" in origins and is_on(api, "CorsConfiguration.AllowCredentials"):
            message = "is on for every origin: API Gateway refuses it, and browsers too"
            yield Violation(api, "Properties.CorsConfiguration.AllowCredentials", message)


RULE = Rule(
    id="cors-origins",
    title="Browsers take what CORS allows",
    severity=Severity.WARNING,
    explanation=(
        "Browsers send a scheme and a host and compare the whole text; a host alone, or a path, matches "
        "nobody. They refuse credentials where every origin is allowed."
    ),
    fix="write each origin as https://shop.example, and name the origins where credentials are allowed",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
    check=_check,
)
