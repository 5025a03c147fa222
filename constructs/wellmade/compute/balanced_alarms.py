"""Alarms of a function behind a load balancer."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.compute.service_alarms import NAMESPACE
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.function_alarms import FunctionAlarms, FunctionThresholds

SERVER_ERRORS = "The function answers with 5xx. Read its log for the first error, then see what it calls."
FAILED_REQUESTS = (
    "Callers get 502: the function failed, was throttled, answered more than 1 MB, or answered what the load "
    "balancer does not understand, such as headers outside of multiValueHeaders. Read the function's log; "
    "where it tells nothing, error_reason in the load balancer's access log does."
)
LATENCY = "One answer in a hundred takes half of the time allowed. See what the function waits for."


class LoadBalancedFunctionAlarms(FunctionAlarms):
    """Alarms of a function behind a load balancer, beside those of the function itself."""

    server_errors: cloudwatch.Alarm
    """Answers with 5xx of the function, in a minute."""
    failed_requests: cloudwatch.Alarm
    """Requests for which the load balancer got no answer that it understands, in a minute."""
    latency: cloudwatch.Alarm
    """Seconds that 99 of 100 answers take at most."""


class LoadBalancedFunctionThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    server_errors: float | None
    failed_requests: float | None
    latency: float | Duration | None


def define_balanced_alarms(
    scope: Construct,
    dimensions: Mapping[str, str],
    longest_request: float,
    thresholds: LoadBalancedFunctionThresholds | None,
    function: Alarms,
) -> LoadBalancedFunctionAlarms:
    """Define the alarms of a function behind a load balancer.

    Args:
        scope: The pattern.
        dimensions: The load balancer and the target group.
        longest_request: Seconds that a request may take.
        thresholds: By name.
        function: The function's own alarms.
    """
    specs = {
        "server_errors": AlarmSpec(
            "ServerErrors", "HTTPCode_Target_5XX_Count", NAMESPACE, dimensions, 0, SERVER_ERRORS, "Sum"
        ),
        "failed_requests": AlarmSpec(
            "FailedRequests", "LambdaUserError", NAMESPACE, dimensions, 0, FAILED_REQUESTS, "Sum"
        ),
        "latency": AlarmSpec(
            "Latency", "TargetResponseTime", NAMESPACE, dimensions, longest_request / 2, LATENCY, "p99"
        ),
    }
    return define_alarms(LoadBalancedFunctionAlarms, scope, specs, thresholds, more=function)
