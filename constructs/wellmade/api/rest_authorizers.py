"""Authorizers of a REST API."""

from typing import Any

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from wellmade.api.api_functions import ApiFunctions, let_api_invoke
from wellmade.api.authorization import (
    FUNCTION_TIMEOUT,
    AuthorizersByName,
    open_to_all,
    refuse_slow_authorizer,
)
from wellmade.api.authorizers import CognitoAuthorizer, IamAuthorizer, LambdaAuthorizer, NoAuthorizer
from wellmade.api.integration_uri import invocation_uri
from wellmade.api.route import Route
from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.suppressions import suppress

NO_POOL = {"AwsSolutions::AwsSolutions-COG4": "Requests are signed with IAM, or a function decides."}


class RestAuthorizers:
    """Puts authorizers before methods.

    Args:
        scope: The pattern.
        api: The API.
        functions: Where functions of authorizers come from.
    """

    def __init__(self, scope: Construct, api: apigateway.RestApi, functions: ApiFunctions) -> None:
        self._scope, self._api, self._functions = scope, api, functions
        self._known = AuthorizersByName(scope)

    def put_before(self, method: apigateway.CfnMethod, route: Route) -> None:
        """Let a method ask for what its route's authorizer wants."""
        authorizer = route.authorizer
        if isinstance(authorizer, IamAuthorizer):
            method.authorization_type = "AWS_IAM"
            suppress(method, NO_POOL)
        elif isinstance(authorizer, NoAuthorizer):
            suppress(method, open_to_all(authorizer.reason))
        elif isinstance(authorizer, LambdaAuthorizer):
            asked = authorizer
            method.authorization_type = "CUSTOM"
            method.authorizer_id = self._known.get(asked, lambda: self._define_lambda(asked)).ref
            suppress(method, NO_POOL)
        elif isinstance(authorizer, CognitoAuthorizer):
            pool = authorizer
            method.authorization_type = "COGNITO_USER_POOLS"
            method.authorizer_id = self._known.get(pool, lambda: self._define_cognito(pool)).ref
            method.authorization_scopes = list(route.scopes) or None
        self._redeploy(
            {"method": method.ref, "type": method.authorization_type, "scopes": list(route.scopes)}
        )

    def _define_cognito(self, authorizer: CognitoAuthorizer) -> apigateway.CfnAuthorizer:
        return self._define(
            authorizer.name,
            type="COGNITO_USER_POOLS",
            identity_source=f"method.request.header.{authorizer.header}",
            provider_arns=[authorizer.user_pool.user_pool_arn],
        )

    def _define_lambda(self, authorizer: LambdaAuthorizer) -> apigateway.CfnAuthorizer:
        construct_id = f"Authorizer{authorizer.name}"
        function = self._functions.take(authorizer.function, construct_id, FUNCTION_TIMEOUT)
        refuse_slow_authorizer(self._scope, function)
        cache = seconds(authorizer.cache)
        sources = [
            *(f"method.request.header.{name}" for name in authorizer.headers),
            *(f"method.request.querystring.{name}" for name in authorizer.query_strings),
            # Or what is remembered of one method and path would answer for all others.
            *(("context.httpMethod", "context.path") if cache else ()),
        ]
        defined = self._define(
            authorizer.name,
            type="REQUEST",
            authorizer_result_ttl_in_seconds=cache,
            authorizer_uri=invocation_uri(self._scope, function.invocable),
            identity_source=",".join(sources) or None,
        )
        source = stack_of(self._scope).format_arn(
            service="execute-api", resource=self._api.rest_api_id, resource_name=f"authorizers/{defined.ref}"
        )
        let_api_invoke(self._scope, function, f"Authorize {authorizer.name}", source)
        return defined

    def _define(self, name: str, **properties: Any) -> apigateway.CfnAuthorizer:
        self._redeploy({"authorizer": name, **properties})
        return apigateway.CfnAuthorizer(
            self._scope,
            f"RestAuthorizer {name}",
            name=name,
            rest_api_id=self._api.rest_api_id,
            **properties,
        )

    def _redeploy(self, change: object) -> None:
        """Let a change take effect: a stage answers as its last deployment did."""
        deployment = self._api.latest_deployment
        if deployment:
            deployment.add_to_logical_id(change)
