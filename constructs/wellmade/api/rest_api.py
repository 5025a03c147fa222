"""A regional REST API with one stage: its access log, its metrics, and how many requests it lets pass."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.api.access_log import define_access_log, line_of
from wellmade.api.cors import Cors
from wellmade.api.throttle import Throttle
from wellmade.kit.lookups import default_child
from wellmade.kit.names import early_name

METRICS = {"server_errors": "5XXError", "client_errors": "4XXError"}
STAGE = "prod"
SUPPRESSED = {
    "AwsSolutions::AwsSolutions-APIG3": "WebFirewall.protect decides it, where a firewall is wanted.",
    "AwsSolutions::AwsSolutions-APIG6": "The execution log holds bodies; the access log tells enough.",
    "CKV_AWS_120": "Answers are not cached: they differ by caller.",
}


class RegionalRestApi:
    """A REST API without methods, with its access log: what every gateway of the kind begins with.

    Args:
        scope: The pattern.
        throttle: Of all methods together.
        own: Throttles of single methods, by `/path/METHOD`.
        default_endpoint: Whether it answers under the name that AWS gives.
        encryption_key: The user's key for the access log.
        logged: What a line of that tells of callers, beside what it always does.
    """

    kind: Literal["rest"] = "rest"
    metrics: Mapping[str, str] = METRICS
    stage_name: str = STAGE
    api: apigateway.RestApi
    api_id: str
    stage: apigateway.CfnStage
    log_group: logs.LogGroup
    url: str
    dimensions: Mapping[str, str]
    """Under which API Gateway publishes its metrics."""

    def __init__(
        self,
        scope: Construct,
        *,
        throttle: Throttle,
        own: Mapping[str, Throttle],
        default_endpoint: bool,
        encryption_key: kms.IKey | None,
        logged: Mapping[str, str] | None = None,
    ) -> None:
        name = early_name(scope, "Api", max_length=128)
        self.dimensions = {"ApiName": name, "Stage": STAGE}
        self.log_group = define_access_log(scope, encryption_key)
        line = apigateway.AccessLogFormat.custom(line_of("rest", logged))
        self.api = _define(
            scope, name, (self.log_group, line), throttle, default_endpoint=default_endpoint, own=own
        )
        self.api_id, self.url = self.api.rest_api_id, self.api.url
        self.stage = cast(apigateway.CfnStage, default_child(self.api.deployment_stage))


def _define(
    scope: Construct,
    name: str,
    access_log: tuple[logs.LogGroup, apigateway.AccessLogFormat],
    throttle: Throttle,
    *,
    default_endpoint: bool,
    own: Mapping[str, Throttle],
) -> apigateway.RestApi:
    return apigateway.RestApi(
        scope,
        "RestApi",
        rest_api_name=name,
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        # One role per account and region, which two stacks would take from each other.
        cloud_watch_role=False,
        disable_execute_api_endpoint=None if default_endpoint else True,
        deploy_options=apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(cast(Any, access_log[0])),
            access_log_format=access_log[1],
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=throttle.rate_limit,
            throttling_burst_limit=throttle.burst_limit,
            method_options={
                method: apigateway.MethodDeploymentOptions(
                    metrics_enabled=True,
                    throttling_rate_limit=each.rate_limit,
                    throttling_burst_limit=each.burst_limit,
                )
                for method, each in own.items()
            },
        ),
    )


def answer_preflights(
    resource: apigateway.Resource | apigateway.IResource, cors: Cors, methods: list[str]
) -> apigateway.Method:
    """Let pages of other origins ask what they may send to one path."""
    return resource.add_cors_preflight(
        allow_origins=list(cors.allow_origins),
        allow_methods=methods,
        allow_headers=list(cors.allow_headers),
        expose_headers=list(cors.expose_headers) or None,
        allow_credentials=cors.allow_credentials or None,
        max_age=cors.max_age,
    )
