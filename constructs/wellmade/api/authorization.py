"""What HTTP and REST APIs have in common about authorizers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aws_cdk import Annotations, Duration
from constructs import Construct, IConstruct

from wellmade.api.authorizers import (
    Authorizer,
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    NoAuthorizer,
)
from wellmade.api.route import Route
from wellmade.facts.apigateway import AUTHORIZER_CACHE, AUTHORIZER_TIMEOUT
from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.refusals import refusal, require_between

Named = JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer
"""Authorizers that are resources of the API."""
_Resource = TypeVar("_Resource")

FUNCTION_TIMEOUT = Duration.seconds(5)
"""Of an authorizer's function that is defined here; API Gateway waits 10 seconds."""


class AuthorizersByName:
    """The authorizers of one API: each once, whatever the number of its routes."""

    def __init__(self, scope: Construct) -> None:
        self._scope = scope
        self._known: dict[str, tuple[Named, Any]] = {}

    def get(self, authorizer: Named, define: Callable[[], _Resource]) -> _Resource:
        """Return what was defined for an authorizer, or define it.

        Raises:
            RefusedError: If another one has its name.
        """
        if authorizer.name not in self._known:
            self._known[authorizer.name] = (authorizer, define())
        known, resource = self._known[authorizer.name]
        if known is not authorizer and known != authorizer:
            fix = f"give one of them a name of its own: {type(authorizer).__name__}(…, name='Partners')"
            got = f"{authorizer.name!r} twice"
            raise refusal(self._scope, "authorizer.name", "another one for each authorizer", got, fix)
        found: _Resource = resource
        return found


def refuse_wrong_authorizer(scope: IConstruct, key: str, route: Route, *, is_http: bool) -> None:
    """Raise where a kind of API cannot have an authorizer, or the authorizer cannot work.

    Raises:
        RefusedError: If it cannot.
    """
    authorizer = route.authorizer
    if isinstance(authorizer, JwtAuthorizer):
        _refuse_wrong_jwt(scope, authorizer, is_http=is_http)
    if isinstance(authorizer, CognitoAuthorizer):
        _refuse_wrong_cognito(scope, authorizer, is_http=is_http)
    if isinstance(authorizer, LambdaAuthorizer):
        _refuse_wrong_lambda(scope, authorizer)
    if route.scopes and not isinstance(authorizer, JwtAuthorizer | CognitoAuthorizer):
        fix = "leave them out, or give the route a JwtAuthorizer or a CognitoAuthorizer"
        got = f"{list(route.scopes)} beside {type(authorizer).__name__}"
        allowed = "beside an authorizer that reads tokens"
        raise refusal(scope, f"routes[{key!r}].scopes", allowed, got, fix)


def _refuse_wrong_jwt(scope: IConstruct, authorizer: JwtAuthorizer, *, is_http: bool) -> None:
    if not is_http:
        fix = "take a CognitoAuthorizer or a LambdaAuthorizer, or kind='http'"
        raise refusal(scope, "authorizer", "one that REST APIs have", "a JwtAuthorizer", fix)
    if not authorizer.issuer.startswith(("https://", "${Token[")):
        fix = "write it as the token's iss, such as 'https://login.example.com/'"
        raise refusal(
            scope,
            "authorizer.issuer",
            "an address with https://",
            repr(authorizer.issuer),
            fix,
            rule="route-authorizer",
        )
    if not authorizer.audience:
        fix = "name the clients whose tokens are taken"
        allowed = "a list of at least one client"
        raise refusal(
            scope, "authorizer.audience", allowed, authorizer.audience or "none", fix, rule="route-authorizer"
        )


def _refuse_wrong_cognito(scope: IConstruct, authorizer: CognitoAuthorizer, *, is_http: bool) -> None:
    if is_http and not authorizer.clients:
        fix = "name the app clients whose tokens are taken"
        raise refusal(
            scope, "authorizer.clients", "at least one on an HTTP API", "none", fix, rule="route-authorizer"
        )
    if authorizer.clients and not is_http:
        fix = "leave them out and read the token's client_id in the function, or take kind='http'"
        allowed = "left out on a REST API, which takes tokens of each client of the pool"
        raise refusal(scope, "authorizer.clients", allowed, len(authorizer.clients), fix)


def _refuse_wrong_lambda(scope: IConstruct, authorizer: LambdaAuthorizer) -> None:
    cache = seconds(authorizer.cache)
    require_between(
        scope, "authorizer.cache in seconds", cache, *AUTHORIZER_CACHE, "300 suit most", rule="service-limit"
    )
    if cache and not (authorizer.headers or authorizer.query_strings):
        fix = "name what the answer depends on, or set cache to 0 seconds"
        allowed = "given where answers are remembered"
        raise refusal(scope, "authorizer.headers", allowed, "none", fix, rule="route-authorizer")


def refuse_slow_authorizer(scope: IConstruct, function: Handling) -> None:
    """Raise where an authorizer's function may take longer than API Gateway waits.

    Raises:
        RefusedError: If it may.
    """
    if function.timeout is not None and function.timeout > AUTHORIZER_TIMEOUT:
        fix = f"shorten the timeout of {path_of(function.given)}"
        allowed = f"a function with a timeout of at most {AUTHORIZER_TIMEOUT} s"
        raise refusal(
            scope, "authorizer.function", allowed, f"{function.timeout:.12g} s", fix, rule="route-authorizer"
        )


def open_to_all(reason: str) -> Mapping[str, str]:
    """Return what scanners say of a route without authorizer, with the reason."""
    rules = (
        "CKV_AWS_59",
        "CKV_AWS_309",
        "AwsSolutions::AwsSolutions-APIG4",
        "AwsSolutions::AwsSolutions-COG4",
    )
    return dict.fromkeys(rules, reason)


def is_signed(authorizer: Authorizer | None) -> bool:
    """Tell whether requests are signed with IAM, so that a grant lets somebody in."""
    return isinstance(authorizer, IamAuthorizer)


def tell_of_one_caller(scope: IConstruct, authorizer: Authorizer, things: str) -> None:
    """Warn where everybody is let in, and what belongs to callers belongs to all of them.

    Args:
        scope: The pattern.
        authorizer: Who is let in.
        things: What callers have, such as `jobs`.
    """
    if isinstance(authorizer, NoAuthorizer):
        Annotations.of(scope).add_warning_v2(
            "wellmade:one-caller",
            f"without an authorizer all callers are one, and {things} of one name are the same: whoever "
            f"guesses a name reads and changes what another one has begun; give an authorizer, or names that "
            f"nobody guesses",
        )
