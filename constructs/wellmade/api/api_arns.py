"""How policies name an API and its routes."""

import re
from collections.abc import Mapping, Sequence

from constructs import IConstruct

from wellmade.api.authorization import is_signed
from wellmade.api.route import Route, methods_and_paths
from wellmade.facts.apigateway import DEFAULT_ROUTE
from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import refusal

_VARIABLE = re.compile(r"\{[^}]*\}")


def invoke_arns(
    scope: IConstruct, routes: Mapping[str, Route], route: str | None, stage: tuple[str, str]
) -> list[str]:
    """Return what a caller is granted: one route, or all that are signed with IAM.

    Args:
        scope: The pattern.
        routes: All routes of the API.
        route: The one that is called; None for all.
        stage: Id of the API and name of its stage.

    Raises:
        RefusedError: If there is no such route, or requests of it are not signed with IAM.
    """
    if route is not None and route not in routes:
        fix = "write it as it is in routes"
        raise refusal(scope, "route", f"one of {', '.join(routes)}", repr(route), fix)
    signed = [key for key in ([route] if route else routes) if is_signed(routes[key].authorizer)]
    if not signed:
        fix = "leave the grant out: it would let nobody in"
        got = type(routes[route or next(iter(routes))].authorizer).__name__
        raise refusal(scope, "authorizer", "IamAuthorizer where requests are granted", got, fix)
    if route is None and len(signed) == len(routes):
        return [_arn(scope, stage, "*")]
    return [_arn(scope, stage, each) for key in signed for each in _resources(key)]


def _resources(key: str) -> Sequence[str]:
    if key == DEFAULT_ROUTE:
        return ["*"]
    found = []
    for method, path in methods_and_paths(key):
        found.append(f"{'*' if method == 'ANY' else method}{_VARIABLE.sub('*', path)}")
    return found


def _arn(scope: IConstruct, stage: tuple[str, str], resource: str) -> str:
    api_id, stage_name = stage
    return stack_of(scope).format_arn(
        service="execute-api", resource=api_id, resource_name=f"{stage_name}/{resource}"
    )
