"""An HTTP API: routes to functions, cheaper and faster than a REST API."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from aws_cdk import CfnResource
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.api.access_log import define_access_log, line_of
from wellmade.api.api_functions import let_api_invoke, local_id
from wellmade.api.authorization import open_to_all
from wellmade.api.authorizers import NoAuthorizer
from wellmade.api.cors import Cors, methods_of
from wellmade.api.http_authorizers import HttpAuthorizers
from wellmade.api.plan import Plan
from wellmade.facts.apigateway import DEFAULT_ROUTE
from wellmade.kit.lookups import default_child, seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.suppressions import suppress

METRICS = {"server_errors": "5xx", "client_errors": "4xx"}


class HttpGateway:
    """Defines an HTTP API.

    Args:
        scope: The pattern.
        plan: What it is made from.
    """

    kind: Literal["http"] = "http"
    metrics: Mapping[str, str] = METRICS
    stage_name: str = "$default"
    api: apigatewayv2.HttpApi
    api_id: str
    stage: apigatewayv2.CfnStage
    log_group: logs.LogGroup
    url: str
    dimensions: Mapping[str, str]
    """Under which API Gateway publishes its metrics."""
    integrations: dict[str, CfnResource]
    """What holds the timeout, by route."""

    def __init__(self, scope: Construct, plan: Plan) -> None:
        self._scope, self._plan = scope, plan
        self.api = apigatewayv2.HttpApi(
            scope,
            "Api",
            api_name=early_name(scope, "Api", max_length=128),
            cors_preflight=_preflight(plan.cors, methods_of(plan.routes)) if plan.cors else None,
            create_default_stage=False,
            disable_execute_api_endpoint=None if plan.default_endpoint else True,
        )
        self.api_id = self.api.api_id
        self.dimensions = {"ApiId": self.api_id}
        self.log_group = define_access_log(scope, plan.encryption_key)
        self.integrations = {}
        self._by_function: dict[str, apigatewayv2.CfnIntegration] = {}
        routes = self._define_routes()
        self.stage = self._define_stage(routes)
        self.url = f"{cast(apigatewayv2.CfnApi, default_child(self.api)).attr_api_endpoint}/"

    def timeout_of(self, properties: Mapping[str, Any]) -> Any:
        """Return the timeout in milliseconds of a synthesized integration."""
        return properties.get("TimeoutInMillis")

    def limits_of(self, properties: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the throttling limits of a synthesized stage."""
        limits: Mapping[str, Any] = properties.get("DefaultRouteSettings", {})
        return limits

    def _define_routes(self) -> list[CfnResource]:
        authorizers = HttpAuthorizers(self._scope, self.api_id, self._plan.pool)
        routes: list[CfnResource] = []
        for key, route in self._plan.routes.items():
            integration = self.integrations[key] = self._integrate(key)
            resource = self._define_route(key, integration)
            authorizers.put_before(resource, route)
            routes.append(resource)
            preflight = _preflight_of(key) if self._plan.cors else None
            if (
                preflight
                and preflight not in self._plan.routes
                and not isinstance(route.authorizer, NoAuthorizer)
            ):
                # The route would ask preflights for credentials, which browsers do not send with them.
                opened = self._define_route(preflight, integration)
                suppress(opened, open_to_all("Preflights carry no credentials."))
        return routes

    def _define_route(self, key: str, integration: CfnResource) -> apigatewayv2.CfnRoute:
        return apigatewayv2.CfnRoute(
            self._scope,
            f"Route {key}",
            api_id=self.api_id,
            route_key=key,
            authorization_type="NONE",
            target=f"integrations/{integration.ref}",
        )

    def _integrate(self, key: str) -> apigatewayv2.CfnIntegration:
        """Return the integration of a route's function: one, and one permission, for all its routes."""
        function = self._plan.functions[key]
        name = local_id(self._scope, function.given)
        if name not in self._by_function:
            self._by_function[name] = apigatewayv2.CfnIntegration(
                self._scope,
                f"Integration {name}",
                api_id=self.api_id,
                integration_type="AWS_PROXY",
                integration_uri=function.invocable.function_arn,
                payload_format_version="2.0",
                timeout_in_millis=seconds(self._plan.integration_timeout) * 1000,
            )
            source = stack_of(self._scope).format_arn(
                service="execute-api", resource=self.api_id, resource_name="*/*"
            )
            let_api_invoke(self._scope, function, f"Invoke {name}", source)
        return self._by_function[name]

    def _define_stage(self, routes: list[CfnResource]) -> apigatewayv2.CfnStage:
        throttle = self._plan.throttle
        settings = {
            key: {
                "ThrottlingRateLimit": route.throttle.rate_limit,
                "ThrottlingBurstLimit": route.throttle.burst_limit,
                "DetailedMetricsEnabled": True,
            }
            for key, route in self._plan.routes.items()
            if route.throttle
        }
        stage = apigatewayv2.CfnStage(
            self._scope,
            "Stage",
            api_id=self.api_id,
            stage_name=self.stage_name,
            auto_deploy=True,
            default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=throttle.rate_limit,
                throttling_burst_limit=throttle.burst_limit,
                detailed_metrics_enabled=True,
            ),
            route_settings=settings or None,
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.log_group.log_group_arn, format=line_of(self.kind)
            ),
        )
        if settings:
            for each in routes:  # a stage refuses settings of a route that it does not have yet
                stage.node.add_dependency(each)
        return stage


def _preflight(cors: Cors, methods: list[str]) -> apigatewayv2.CorsPreflightOptions:
    return apigatewayv2.CorsPreflightOptions(
        allow_credentials=cors.allow_credentials or None,
        allow_headers=list(cors.allow_headers),
        allow_methods=[getattr(apigatewayv2.CorsHttpMethod, method) for method in methods],
        allow_origins=list(cors.allow_origins),
        expose_headers=list(cors.expose_headers) or None,
        max_age=cors.max_age,
    )


def _preflight_of(key: str) -> str | None:
    """Return the route that takes preflights before a route that would take them with the rest.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    if key == DEFAULT_ROUTE:
        return "OPTIONS /{proxy+}"
    method, _, path = key.partition(" ")
    return f"OPTIONS {path}" if method == "ANY" else None
