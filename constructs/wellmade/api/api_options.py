"""What options of an API cannot work together."""

from collections.abc import Mapping

from aws_cdk import Duration
from constructs import Construct

from wellmade.api.authorization import refuse_wrong_authorizer
from wellmade.api.cors import Cors, refuse_wrong_cors
from wellmade.api.custom_domain import CustomDomain, refuse_wrong_domain
from wellmade.api.route import Route
from wellmade.api.throttle import Throttle, refuse_wrong_throttle
from wellmade.facts.apigateway import (
    HTTP_TIMEOUT,
    RAISED_TIMEOUT,
    REST_TIMEOUT,
)
from wellmade.foundation.function_option import FunctionOption
from wellmade.kit.refusals import refusal, require_between

KINDS = ("http", "rest")


def refuse_wrong_options(
    scope: Construct,
    routes: Mapping[str, Route],
    *,
    kind: str,
    function: FunctionOption | None,
    throttle: Throttle,
    cors: Cors | None,
    domain: CustomDomain | None,
    quota: Duration | None,
) -> None:
    """Raise where options of an API cannot work.

    Raises:
        RefusedError: If they cannot.
    """
    if kind not in KINDS:
        raise refusal(scope, "kind", "'http' or 'rest'", repr(kind), "a firewall needs a REST API")
    _refuse_wrong_quota(scope, kind, quota)
    if function is not None and all(route.function is not None for route in routes.values()):
        allowed = "left out where each route has a function of its own"
        raise refusal(scope, "function", allowed, "one that answers nothing", "leave one of the two out")
    for key, route in routes.items():
        if route.function is None and function is None:
            fix = f"give the API a function, or the route its own: {{{key!r}: 'order_intake'}}"
            raise refusal(scope, "function", f"given for the route {key!r}", "none", fix)
        if route.request_schema is not None and kind == "http":
            fix = "take kind='rest', or check it in the handler with wellmade_runtime.contracts"
            allowed = "left out on an HTTP API, which checks no bodies"
            raise refusal(scope, f"routes[{key!r}].request_schema", allowed, "a schema", fix)
    refuse_wrong_front(scope, kind, routes, throttle=throttle, cors=cors, domain=domain)


def refuse_wrong_front(
    scope: Construct,
    kind: str,
    routes: Mapping[str, Route],
    *,
    throttle: Throttle,
    cors: Cors | None,
    domain: CustomDomain | None,
) -> None:
    """Raise where what an API of any kind shows to its callers cannot work.

    Raises:
        RefusedError: If it cannot.
    """
    refuse_wrong_throttle(scope, "throttle", throttle)
    for key, route in routes.items():
        refuse_wrong_authorizer(scope, key, route, is_http=kind == "http")
    if cors:
        refuse_wrong_cors(scope, cors)
    if domain:
        refuse_wrong_domain(scope, domain)


def _refuse_wrong_quota(scope: Construct, kind: str, quota: Duration | None) -> None:
    if quota is None:
        return
    if kind == "http":
        fix = "leave it out, or take kind='rest'"
        allowed = f"left out: an HTTP API waits {HTTP_TIMEOUT} s and not longer"
        rule = "api-integration-timeout"
        raise refusal(scope, "integration_timeout_quota", allowed, quota, fix, rule=rule)
    bounds = (REST_TIMEOUT, RAISED_TIMEOUT)
    fix = "answer 202 and work from a queue where that is not enough"
    require_between(scope, "integration_timeout_quota in seconds", quota.to_seconds(), *bounds, fix)


def integration_timeout(kind: str, quota: Duration | None) -> Duration:
    """Return how long an API waits: as long as it can."""
    longest = HTTP_TIMEOUT if kind == "http" else REST_TIMEOUT
    return quota or Duration.seconds(longest)
