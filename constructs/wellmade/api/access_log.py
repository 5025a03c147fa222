"""A line of JSON for each request, without headers and bodies, which may hold secrets."""

import json

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.log_group import define_log_group

_COMMON = {
    "requestId": "requestId",
    "apiId": "apiId",
    "ip": "identity.sourceIp",
    "requestTime": "requestTime",
    "status": "status",
    "responseLatency": "responseLatency",
    "responseLength": "responseLength",
    "integrationErrorMessage": "integrationErrorMessage",
    "authorizerError": "authorizer.error",
}
_ROUTE = {"http": "$context.routeKey", "rest": "$context.httpMethod $context.resourcePath"}

THROTTLED = '{ $.status = "429" }'
"""Lines of requests that were over the limit.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""


def line_of(kind: str) -> str:
    """Return the format of a line, for API Gateway to fill in."""
    return json.dumps(
        {name: f"$context.{variable}" for name, variable in _COMMON.items()} | {"route": _ROUTE[kind]}
    )


def define_access_log(scope: Construct, encryption_key: kms.IKey | None) -> logs.LogGroup:
    """Define the log group of an API's requests."""
    return define_log_group(
        scope, "AccessLog", harmless="it holds no headers and no bodies", encryption_key=encryption_key
    )


def count_throttled(scope: Construct, log_group: logs.LogGroup, namespace: str, metric: str) -> None:
    """Count the requests that were refused with 429: API Gateway has no metric of its own for them."""
    logs.CfnMetricFilter(
        scope,
        "ThrottledRequestsCount",
        log_group_name=log_group.log_group_name,
        filter_pattern=THROTTLED,
        metric_transformations=[
            logs.CfnMetricFilter.MetricTransformationProperty(
                metric_name=metric,
                metric_namespace=namespace,
                metric_value="1",
                dimensions=[logs.CfnMetricFilter.DimensionProperty(key="ApiId", value="$.apiId")],
            )
        ],
    )
