"""Alarms of a service that takes requests over from a monolith."""

from collections.abc import Mapping
from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.compute.service_alarms import FAILURES_A_MINUTE, NAMESPACE
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms

ERRORS = (
    "The new service answers with 5xx to requests that the monolith answered before. Set the weight of its "
    "routes to 0 and deploy: the monolith answers all again. Then read the service's log."
)
UNHEALTHY = (
    "Targets of the new service fail their health check, while requests of the monolith go there. Set the "
    "weight of its routes to 0 and deploy, unless they are back at once."
)


class StranglerAlarms(Alarms):
    """Alarms of routes that move."""

    errors: cloudwatch.Alarm
    """Answers with 5xx of the new service, in a minute."""
    unhealthy_targets: cloudwatch.Alarm
    """Targets of the new service that fail their health check."""


class StranglerThresholds(TypedDict, total=False):
    """Thresholds of these alarms; None leaves one out."""

    errors: float | None
    unhealthy_targets: float | None


def define_strangler_alarms(
    scope: Construct, dimensions: Mapping[str, str], thresholds: StranglerThresholds | None
) -> StranglerAlarms:
    """Define the alarms of a new service.

    Args:
        scope: The pattern.
        dimensions: The load balancer and the target group of the service.
        thresholds: What the user says, by name.
    """
    metric = "HTTPCode_Target_5XX_Count"
    specs = {
        "errors": AlarmSpec("Errors", metric, NAMESPACE, dimensions, FAILURES_A_MINUTE, ERRORS, "Sum"),
        "unhealthy_targets": AlarmSpec(
            "UnhealthyTargets", "UnHealthyHostCount", NAMESPACE, dimensions, 0, UNHEALTHY
        ),
    }
    return define_alarms(StranglerAlarms, scope, specs, thresholds)
