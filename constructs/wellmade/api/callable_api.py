"""What an API is to its callers and to whoever watches it."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from wellmade.api.api_alarms import NAMESPACE
from wellmade.api.api_arns import invoke_arns
from wellmade.api.authorization import is_signed
from wellmade.api.gateway import Gateway
from wellmade.api.route import Route
from wellmade.api.several_functions import SeveralFunctions
from wellmade.foundation.function_option import FunctionPattern
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import note_requests
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import API_URL


class CallableApi(FunctionPattern):
    """An API with functions behind it, under the names that all patterns share."""

    _gateway: Gateway
    _routes: Mapping[str, Route]
    _address: str

    @property
    def api(self) -> apigatewayv2.HttpApi | apigateway.RestApi:
        """The API as the CDK knows it, for what this class has no option for."""
        return self._gateway.api

    @property
    def api_id(self) -> str:
        """The API's id."""
        return self._gateway.api_id

    @property
    def log_group(self) -> logs.LogGroup:
        """Where a line for each request goes."""
        return self._gateway.log_group

    @property
    def url(self) -> str:
        """Where the API answers, with a slash at the end."""
        return self._address

    @property
    def function(self) -> lambda_.IFunction:
        """What answers all routes.

        Raises:
            RefusedError: If several functions do; see `functions`.
        """
        if isinstance(self._handling.workload, SeveralFunctions):
            raise self._handling.workload.refused()
        return super().function

    @property
    def stage_arn(self) -> str:
        """The stage's ARN, for a firewall before it.

        Raises:
            RefusedError: If it is an HTTP API.
        """
        if self._gateway.kind == "http":
            fix = "take kind='rest', or put a distribution with a firewall before it"
            raise refusal(self, "kind", "'rest' where a firewall is put before the API", "'http'", fix)
        path = f"/restapis/{self.api_id}/stages/{self._gateway.stage_name}"
        stack = stack_of(self)
        return f"arn:{stack.partition}:apigateway:{stack.region}::{path}"

    def grant_invoke(self, grantee: iam.IGrantable, *, route: str | None = None) -> iam.Grant:
        """Let `grantee` send signed requests, and nothing else.

        Args:
            grantee: Who sends them.
            route: The one that it calls, as it is in `routes`. Default: all that are signed.

        Raises:
            RefusedError: If there is no such route, or its requests are not signed.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["execute-api:Invoke"], resource_arns=self._arns(route)
        )

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload send requests, and set where in its variable `API_URL`.

        Routes with an authorizer other than IAM ask it for a token of its own.

        Args:
            workload: What sends them.
            prefix: Before the variable's name, where a workload has several APIs. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {API_URL: self.url}, prefix=prefix)
        caller = workload_of(self, workload)
        note_requests(caller.grant_principal)
        if any(is_signed(route.authorizer) for route in self._routes.values()):
            reason = "All routes of this API that are signed, whatever their path parameters"
            caller.allow(["execute-api:Invoke"], self._arns(None), reason=reason)

    def metric_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests; options as for `cloudwatch.Metric`."""
        return self._metric("Count", "SampleCount", options)

    def metric_server_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of 5xx answers; options as for `cloudwatch.Metric`."""
        return self._metric(self._gateway.metrics["server_errors"], "Sum", options)

    def metric_client_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of 4xx answers; options as for `cloudwatch.Metric`."""
        return self._metric(self._gateway.metrics["client_errors"], "Sum", options)

    def metric_latency(self, **options: Any) -> cloudwatch.Metric:
        """Return how long callers wait in milliseconds, p99; options as for `cloudwatch.Metric`."""
        return self._metric("Latency", "p99", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("requests", [self.metric_requests(label="requests")]),
            Graph(
                "failures", [self.metric_server_errors(label="5xx"), self.metric_client_errors(label="4xx")]
            ),
            Graph(
                "latency",
                [self.metric_latency(statistic=each, label=each) for each in ("p50", "p99")],
            ),
        ]

    def _arns(self, route: str | None) -> list[str]:
        return invoke_arns(self, self._routes, route, (self.api_id, self._gateway.stage_name))

    def _metric(self, name: str, statistic: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            metric_name=name,
            namespace=NAMESPACE,
            dimensions_map=dict(self._gateway.dimensions),
            **{"statistic": statistic, **options},
        )
