"""A REST API: what an HTTP API lacks, such as a firewall before it and the validation of requests."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import CfnResource
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from wellmade.api.api_functions import let_api_invoke, local_id
from wellmade.api.authorization import open_to_all
from wellmade.api.cors import Cors, methods_of
from wellmade.api.integration_uri import invocation_uri
from wellmade.api.plan import Plan
from wellmade.api.rest_answers import define_error_answers
from wellmade.api.rest_api import SUPPRESSED, RegionalRestApi, answer_preflights
from wellmade.api.rest_authorizers import RestAuthorizers
from wellmade.api.rest_validation import RequestValidation
from wellmade.api.route import methods_and_paths
from wellmade.facts.apigateway import REST_TIMEOUT
from wellmade.kit.lookups import default_child, seconds, stack_of
from wellmade.kit.suppressions import suppress

VALIDATED = {"AwsSolutions::AwsSolutions-APIG2": "Routes have a schema, or their handlers check the body."}


class RestGateway(RegionalRestApi):
    """Defines a regional REST API.

    Args:
        scope: The pattern.
        plan: What it is made from.
    """

    integrations: dict[str, CfnResource]
    """What holds the timeout, by route."""

    def __init__(self, scope: Construct, plan: Plan) -> None:
        self._scope, self._plan = scope, plan
        super().__init__(
            scope,
            throttle=plan.throttle,
            own={
                f"{path}/{method}": route.throttle
                for key, route in plan.routes.items()
                if route.throttle
                for method, path in methods_and_paths(key)
            },
            default_endpoint=plan.default_endpoint,
            encryption_key=plan.encryption_key,
        )
        self.integrations = {}
        self._integrations: dict[str, apigateway.Integration] = {}
        self._define_routes()
        if plan.cors:
            self._answer_preflights(plan.cors)
        define_error_answers(scope, self.api, plan.cors)
        suppress(self.api, VALIDATED)
        suppress(self.stage, SUPPRESSED)

    def timeout_of(self, properties: Mapping[str, Any]) -> Any:
        """Return the timeout in milliseconds of a synthesized method's integration."""
        return properties.get("Integration", {}).get("TimeoutInMillis")

    def limits_of(self, properties: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the throttling limits of a synthesized stage."""
        settings = properties.get("MethodSettings", [])
        every = [
            each for each in settings if (each.get("HttpMethod"), each.get("ResourcePath")) == ("*", "/*")
        ]
        limits: Mapping[str, Any] = every[0] if every else {}
        return limits

    def _define_routes(self) -> None:
        authorizers = RestAuthorizers(self._scope, self.api, self._plan.pool)
        validation = RequestValidation(self._scope, self.api)
        for key, route in self._plan.routes.items():
            integration = self._integrate(key)
            for method, path in methods_and_paths(key):
                added = self.api.root.resource_for_path(path).add_method(method, integration)
                resource = cast(apigateway.CfnMethod, default_child(added))
                self.integrations[key] = resource
                authorizers.put_before(resource, route)
                if route.request_schema is not None:
                    validation.put_before(resource, key, route.request_schema)
                if seconds(self._plan.integration_timeout) > REST_TIMEOUT:
                    suppress(resource, {"api-integration-timeout": "The account's quota has been raised."})

    def _integrate(self, key: str) -> apigateway.Integration:
        """Return the integration of a route's function, with one permission for all its routes."""
        function = self._plan.functions[key]
        name = local_id(self._scope, function.given)
        if name not in self._integrations:
            self._integrations[name] = apigateway.Integration(
                type=apigateway.IntegrationType.AWS_PROXY,
                integration_http_method="POST",
                uri=invocation_uri(self._scope, function.invocable),
                options=apigateway.IntegrationOptions(timeout=self._plan.integration_timeout),
            )
            source = stack_of(self._scope).format_arn(
                service="execute-api", resource=self.api_id, resource_name="*/*/*"
            )
            let_api_invoke(self._scope, function, f"Invoke {name}", source)
        return self._integrations[name]

    def _answer_preflights(self, cors: Cors) -> None:
        own = {pair for key in self._plan.routes for pair in methods_and_paths(key)}
        for path in sorted({path for _, path in own if ("OPTIONS", path) not in own}):
            resource = self.api.root.resource_for_path(path)
            added = answer_preflights(resource, cors, methods_of(self._plan.routes))
            suppress(added, open_to_all("Preflights carry no credentials."))
