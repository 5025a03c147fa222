"""Alarms and metrics of an API, of either kind."""

from collections.abc import Collection, Mapping
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.api.access_log import count_throttled
from wellmade.api.gateway import Gateway
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS, FunctionAlarms, FunctionThresholds
from wellmade.kit.annotations import ShortDuration

NAMESPACE = "AWS/ApiGateway"
OWN_NAMESPACE = "Wellmade/Api"
THROTTLED = "ThrottledRequests"

SERVER_ERRORS = (
    "Requests were answered with a 5xx status. Read the access log for the route, then its function's log."
)
LATENCY = (
    "One request of a hundred takes longer than half of what its function may take; soon callers get 504. "
    "Compare metrics Latency and IntegrationLatency, then see what the function calls."
)
CLIENT_ERRORS = "Requests were answered with a 4xx status. Read the access log: one caller, or all of them?"
THROTTLED_REQUESTS = (
    "Requests were refused with 429: more came than the throttle of the API or of a route lets pass. Find "
    "the caller in the access log, then raise the throttle, or leave it."
)


class ApiAlarms(FunctionAlarms):
    """Alarms of an API and, where it has one function alone, of that."""

    server_errors: cloudwatch.Alarm
    """Requests that were answered with a 5xx status, in a minute."""
    latency: cloudwatch.Alarm
    """What 99 of 100 requests of a minute took at most, in milliseconds."""
    client_errors: cloudwatch.Alarm
    """Requests that were answered with a 4xx status, in a minute; only where a threshold is given."""
    throttled_requests: cloudwatch.Alarm
    """Requests that were refused with 429, in a minute."""


class ApiThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    server_errors: float | None
    latency: ShortDuration | None
    client_errors: float | None
    throttled_requests: float | None


def define_api_alarms(
    scope: Construct,
    gateway: Gateway,
    thresholds: ApiThresholds | None,
    functions: Alarms,
    slowest: float,
) -> ApiAlarms:
    """Define the alarms of an API.

    Args:
        scope: The pattern.
        gateway: The API.
        thresholds: What the user says, by name.
        functions: Alarms of its functions.
        slowest: The longest timeout of its functions, in seconds.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not.
    """
    given: dict[str, Any] = dict(thresholds or {})
    specs = _specs(gateway, slowest)
    if given.get("throttled_requests", 0) is not None:
        count_throttled(scope, gateway.log_group, OWN_NAMESPACE, THROTTLED)
    return define_alarms(ApiAlarms, scope, specs, given, more=functions)


def _specs(gateway: Gateway, slowest: float) -> dict[str, AlarmSpec]:
    dimensions, names = gateway.dimensions, gateway.metrics
    line = slowest * 1000 / 2
    throttled = {"ApiId": gateway.api_id}
    return {
        "server_errors": AlarmSpec(
            "ServerErrors", names["server_errors"], NAMESPACE, dimensions, 0, SERVER_ERRORS, "Sum"
        ),
        "latency": AlarmSpec(
            "Latency", "Latency", NAMESPACE, dimensions, line, LATENCY, "p99", in_milliseconds=True
        ),
        # Callers' own mistakes: only whoever asks for it is told.
        "client_errors": AlarmSpec(
            "ClientErrors", names["client_errors"], NAMESPACE, dimensions, None, CLIENT_ERRORS, "Sum"
        ),
        "throttled_requests": AlarmSpec(
            "ThrottledRequests", THROTTLED, OWN_NAMESPACE, throttled, 0, THROTTLED_REQUESTS, "Sum"
        ),
    }


def functions_alarms(path: str, answering: Collection[str], alarms: Mapping[str, Alarms]) -> Alarms:
    """Return the alarms of all functions: of one that answers alone by their names, else with its id.

    Args:
        path: Of the API.
        answering: Ids of the functions that answer routes; others are of authorizers.
        alarms: Of all functions, by id.
    """
    alone = next(iter(answering)) if len(answering) == 1 else None
    named = {
        name if function == alone else f"{name} of {function}": alarm
        for function, each in alarms.items()
        for name, alarm in each.by_name().items()
    }
    return Alarms(path, {**dict.fromkeys(FUNCTION_THRESHOLDS), **named})
