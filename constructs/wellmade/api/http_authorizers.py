"""Authorizers of an HTTP API."""

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from wellmade.api.api_functions import ApiFunctions, let_api_invoke
from wellmade.api.authorization import (
    FUNCTION_TIMEOUT,
    AuthorizersByName,
    open_to_all,
    refuse_slow_authorizer,
)
from wellmade.api.authorizers import (
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    NoAuthorizer,
)
from wellmade.api.integration_uri import invocation_uri
from wellmade.api.route import Route
from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.suppressions import suppress


class HttpAuthorizers:
    """Puts authorizers before routes.

    Args:
        scope: The pattern.
        api_id: The API.
        functions: Where functions of authorizers come from.
    """

    def __init__(self, scope: Construct, api_id: str, functions: ApiFunctions) -> None:
        self._scope, self._api_id, self._functions = scope, api_id, functions
        self._known = AuthorizersByName(scope)

    def put_before(self, resource: apigatewayv2.CfnRoute, route: Route) -> None:
        """Let a route ask for what its authorizer wants."""
        authorizer = route.authorizer
        if isinstance(authorizer, IamAuthorizer):
            resource.authorization_type = "AWS_IAM"
        elif isinstance(authorizer, NoAuthorizer):
            suppress(resource, open_to_all(authorizer.reason))
        elif isinstance(authorizer, LambdaAuthorizer):
            lambda_authorizer = authorizer
            resource.authorization_type = "CUSTOM"
            found = self._known.get(lambda_authorizer, lambda: self._define_lambda(lambda_authorizer))
            resource.authorizer_id = found.ref
        elif isinstance(authorizer, JwtAuthorizer | CognitoAuthorizer):
            token_authorizer = authorizer
            resource.authorization_type = "JWT"
            found = self._known.get(token_authorizer, lambda: self._define_jwt(token_authorizer))
            resource.authorizer_id = found.ref
            resource.authorization_scopes = list(route.scopes) or None

    def _define_jwt(self, authorizer: JwtAuthorizer | CognitoAuthorizer) -> apigatewayv2.CfnAuthorizer:
        issuer, audience = self._issuer_and_audience(authorizer)
        return apigatewayv2.CfnAuthorizer(
            self._scope,
            f"Authorizer {authorizer.name}",
            api_id=self._api_id,
            authorizer_type="JWT",
            name=authorizer.name,
            identity_source=[f"$request.header.{authorizer.header}"],
            jwt_configuration=apigatewayv2.CfnAuthorizer.JWTConfigurationProperty(
                audience=audience, issuer=issuer
            ),
        )

    def _issuer_and_audience(self, authorizer: JwtAuthorizer | CognitoAuthorizer) -> tuple[str, list[str]]:
        if isinstance(authorizer, JwtAuthorizer):
            return authorizer.issuer, list(authorizer.audience)
        pool = authorizer.user_pool
        stack = stack_of(pool)
        host = f"cognito-idp.{pool.env.region}.{stack.url_suffix}"
        clients = [client.user_pool_client_id for client in authorizer.clients]
        return f"https://{host}/{pool.user_pool_id}", clients

    def _define_lambda(self, authorizer: LambdaAuthorizer) -> apigatewayv2.CfnAuthorizer:
        construct_id = f"Authorizer{authorizer.name}"
        function = self._functions.take(authorizer.function, construct_id, FUNCTION_TIMEOUT)
        refuse_slow_authorizer(self._scope, function)
        cache = seconds(authorizer.cache)
        sources = [
            *(f"$request.header.{name}" for name in authorizer.headers),
            *(f"$request.querystring.{name}" for name in authorizer.query_strings),
        ]
        defined = apigatewayv2.CfnAuthorizer(
            self._scope,
            f"Authorizer {authorizer.name}",
            api_id=self._api_id,
            authorizer_type="REQUEST",
            name=authorizer.name,
            authorizer_payload_format_version="2.0",
            authorizer_result_ttl_in_seconds=cache,
            authorizer_uri=invocation_uri(self._scope, function.invocable),
            enable_simple_responses=True,
            # With the route, or what is remembered of one would let into all others.
            identity_source=[*sources, "$context.routeKey"] if cache else sources,
        )
        source = stack_of(self._scope).format_arn(
            service="execute-api", resource=self._api_id, resource_name=f"authorizers/{defined.ref}"
        )
        let_api_invoke(self._scope, function, f"Authorize {authorizer.name}", source)
        return defined
