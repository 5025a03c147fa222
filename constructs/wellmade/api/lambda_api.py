"""HTTP API to Lambda."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import seconds, stack_of

INTEGRATION_TIMEOUT = Duration.seconds(29)
"""As long as both kinds of API wait. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

LOGGED = (
    "requestId",
    "ip",
    "requestTime",
    "routeKey",
    "status",
    "responseLatency",
    "integrationErrorMessage",
)
"""What a line of the access log tells; no header and no body, which may hold secrets."""


@jsii.implements(iam.IGrantable)
class LambdaApi(Construct):
    """Answer requests with a function, at a rate that it can take.

    Defines: HTTP API with one stage, its routes and access log, function, alarms on 5xx answers, on errors
    and on throttles.

    Callers sign their requests with IAM; `grant_invoke` lets them. The function gives up before the API
    does, so that the log says why.

    Example:
        api = LambdaApi(self, "Orders", package="order_worker", routes=["POST /orders"])

    Args:
        package: Name of a handler that travels with this library, or the `Path` of your own.
        routes: Method and path of each route, such as `POST /orders`.
        timeout: Most time for one request, up to 29 seconds. Default: 10 seconds.
        concurrency: Most copies of the function at once; reserves that much of the account's pool.
            Default: 10.
        requests_per_second: Requests that pass on average; more are answered with 429. Default: 50.
        burst: Requests that pass at once. Default: 100.

    Raises:
        ValueError: If there is no route, a limit is not positive, or the timeout is longer than the API's.
    """

    api: apigateway.CfnApi
    stage: apigateway.CfnStage
    function: PythonFunction
    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str | Path,
        routes: Sequence[str],
        timeout: Duration | None = None,
        concurrency: int = 10,
        requests_per_second: float = 50,
        burst: int = 100,
    ) -> None:
        super().__init__(scope, construct_id)
        longest = timeout or Duration.seconds(10)
        self._refuse_wrong(routes, longest, requests_per_second, burst)
        self.function = PythonFunction(
            self, "Handler", package=package, timeout=longest, concurrency=concurrency
        )
        self.api = apigateway.CfnApi(self, "Api", name=self.node.path, protocol_type="HTTP")
        self._define_routes(routes)
        self.log_group = define_log_group(self, "AccessLog", harmless="it holds no headers and no bodies")
        self.stage = self._define_stage(requests_per_second, burst)
        self.alarms = [*self.function.alarms, self._define_alarm()]

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role, so that a resource's own `grant_…` methods take this construct."""
        return self.function.grant_principal

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"{self.api.attr_api_endpoint}/"

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send requests to every route, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["execute-api:Invoke"], resource_arns=[self._arn("*")]
        )

    def _refuse_wrong(self, routes: Sequence[str], timeout: Duration, rate: float, burst: int) -> None:
        if not routes:
            raise refusal(self, "routes", "at least one", "none", "name one, such as 'POST /orders'")
        for route in routes:
            method, _, path = route.partition(" ")
            if not method.isupper() or not path.startswith("/"):
                fix = "write it as 'POST /orders'"
                raise refusal(self, "routes", "a method and a path each", repr(route), fix)
        if seconds(timeout) > seconds(INTEGRATION_TIMEOUT):
            fix = "answer 202 and do the work behind a queue"
            raise refusal(self, "timeout", "at most the API's 29 s", timeout, fix)
        require_between(self, "requests_per_second", rate, 0.1, 10_000, "the account has 10000 in all")
        require_between(self, "burst", burst, 1, 5_000, "the account has 5000 in all")

    def _define_routes(self, routes: Sequence[str]) -> None:
        integration = apigateway.CfnIntegration(
            self,
            "Integration",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=self.function.function.function_arn,
            payload_format_version="2.0",
            timeout_in_millis=seconds(INTEGRATION_TIMEOUT) * 1000,
        )
        for index, route in enumerate(routes):
            apigateway.CfnRoute(
                self,
                f"Route{index}",
                api_id=self.api.ref,
                route_key=route,
                authorization_type="AWS_IAM",
                target=f"integrations/{integration.ref}",
            )
        self.function.function.add_permission(
            "Api",
            principal=cast(iam.IPrincipal, iam.ServicePrincipal("apigateway.amazonaws.com")),
            action="lambda:InvokeFunction",
            source_arn=self._arn("*"),
        )

    def _define_stage(self, rate: float, burst: int) -> apigateway.CfnStage:
        line = json.dumps({name: f"$context.{_VARIABLES.get(name, name)}" for name in LOGGED})
        return apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=rate, throttling_burst_limit=burst, detailed_metrics_enabled=True
            ),
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.log_group.log_group_arn, format=line
            ),
        )

    def _arn(self, rest: str) -> str:
        return stack_of(self).format_arn(
            service="execute-api", resource=self.api.ref, resource_name=f"{rest}/*"
        )

    def _define_alarm(self) -> cloudwatch.Alarm:
        return define_alarm(
            self,
            "ServerErrors",
            metric="5xx",
            namespace="AWS/ApiGateway",
            dimensions={"ApiId": self.api.ref},
            statistic="Sum",
            above=0,
            description="Requests were answered with a 5xx status. Read the function's log.",
        )


_VARIABLES = {"ip": "identity.sourceIp"}
