"""Who may send requests to an API."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito

from wellmade.foundation.function_option import FunctionOption
from wellmade_runtime.callers import Told


@dataclass(frozen=True)
class IamAuthorizer:
    """Let in whoever signs requests and was granted `execute-api:Invoke`; see `LambdaApi.grant_invoke`."""


@dataclass(frozen=True)
class NoAuthorizer:
    """Let everybody in.

    Args:
        reason: Why, for whoever reviews the template, such as `The sender signs its body, which is checked.`
    """

    reason: str


@dataclass(frozen=True)
class JwtAuthorizer:
    """Let in who brings a token of an OpenID Connect issuer; for HTTP APIs.

    Args:
        issuer: Its address, which must answer `/.well-known/openid-configuration`.
        audience: Clients that tokens are issued for; one of them must be the token's `aud` or `client_id`.
        header: Where the token is. Default: `Authorization`.
        name: What the authorizer is called in the API; another for each. Default: `Jwt`.
    """

    issuer: str
    audience: Sequence[str]
    header: str = "Authorization"
    name: str = "Jwt"


@dataclass(frozen=True)
class CognitoAuthorizer:
    """Let in who brings a token of a Cognito user pool.

    Args:
        user_pool: Yours, or an imported one.
        clients: App clients whose tokens are taken; for HTTP APIs only, as a REST API takes those of all.
        header: Where the token is. Default: `Authorization`.
        name: What the authorizer is called in the API; another for each. Default: `Cognito`.
    """

    user_pool: cognito.IUserPool | cognito.UserPool
    clients: Sequence[cognito.IUserPoolClient | cognito.UserPoolClient] = ()
    header: str = "Authorization"
    name: str = "Cognito"


@dataclass(frozen=True)
class LambdaAuthorizer:
    """Let in whom a function of your own lets in.

    Of an HTTP API the function answers `{"isAuthorized": True, "context": {…}}`; of a REST API it answers a
    `principalId` and a `policyDocument` that allows `execute-api:Invoke` on the event's `methodArn`. The
    answer is remembered for the same headers, query strings and route (REST: method and path), so that it may
    depend on all of them. Where each caller has things of its own, as with `UploadPortal` and `AsyncApi`, the
    answer tells who it is: `principalId`, of an HTTP API in its `context`; without it requests are refused.

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library. It has 10 seconds.
        headers: Headers that it decides by; a request without them is refused with 401 and never reaches
            it. Default: `Authorization`.
        query_strings: Query strings that it decides by. Default: none.
        cache: How long its answer is remembered, up to an hour; 0 asks it each time. Default: 5 minutes.
        name: What the authorizer is called in the API; another for each. Default: `Lambda`.
    """

    function: FunctionOption
    headers: Sequence[str] = ("Authorization",)
    query_strings: Sequence[str] = ()
    cache: Duration = Duration.minutes(5)  # noqa: RUF009 - a duration never changes
    name: str = "Lambda"


Authorizer = IamAuthorizer | NoAuthorizer | JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer


def told_by(authorizer: Authorizer) -> Told:
    """Return by what a handler knows its callers."""
    if isinstance(authorizer, NoAuthorizer):
        return "none"
    if isinstance(authorizer, IamAuthorizer):
        return "iam"
    return "lambda" if isinstance(authorizer, LambdaAuthorizer) else "jwt"
