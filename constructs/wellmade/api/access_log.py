"""A line of JSON for each request, without headers and bodies, which may hold secrets."""

import json
from collections.abc import Mapping

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

API_KEY_ID = "apiKeyId"
"""What a line calls the key that a request came with, by its id; its value is in no line."""
WITH_KEY = f'{{ $.{API_KEY_ID} != "-" }}'
"""Lines of requests that came with a key."""


def line_of(kind: str, more: Mapping[str, str] | None = None) -> str:
    """Return the format of a line, for API Gateway to fill in.

    Args:
        kind: Of the API.
        more: Variables of the request that are told too, by name. Default: none.
    """
    told = {**_COMMON, **(more or {})}
    return json.dumps(
        {name: f"$context.{variable}" for name, variable in told.items()} | {"route": _ROUTE[kind]}
    )


def define_access_log(scope: Construct, encryption_key: kms.IKey | None) -> logs.LogGroup:
    """Define the log group of an API's requests."""
    return define_log_group(
        scope, "AccessLog", harmless="it holds no headers and no bodies", encryption_key=encryption_key
    )


def count_throttled(scope: Construct, log_group: logs.LogGroup, namespace: str, metric: str) -> None:
    """Count the requests that were refused with 429: API Gateway has no metric of its own for them."""
    by_api = logs.CfnMetricFilter.DimensionProperty(key="ApiId", value="$.apiId")
    _count(scope, "ThrottledRequestsCount", log_group, THROTTLED, namespace, metric, by_api)


def count_by_key(
    scope: Construct, log_group: logs.LogGroup, namespace: str, metric: str, dimension: str
) -> None:
    """Count the requests of each API key, refused ones too: API Gateway has no metric of its own for them."""
    by_key = logs.CfnMetricFilter.DimensionProperty(key=dimension, value=f"$.{API_KEY_ID}")
    _count(scope, "RequestsByKey", log_group, WITH_KEY, namespace, metric, by_key)


def _count(
    scope: Construct,
    construct_id: str,
    log_group: logs.LogGroup,
    pattern: str,
    namespace: str,
    metric: str,
    dimension: logs.CfnMetricFilter.DimensionProperty,
) -> None:
    """Count the lines of a pattern, each as 1, by what one of its fields holds."""
    counted = logs.CfnMetricFilter.MetricTransformationProperty(
        metric_name=metric, metric_namespace=namespace, metric_value="1", dimensions=[dimension]
    )
    logs.CfnMetricFilter(
        scope,
        construct_id,
        log_group_name=log_group.log_group_name,
        filter_pattern=pattern,
        metric_transformations=[counted],
    )
