"""Alarms of an API with tenants."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.api.job_alarms import JobApiAlarms, define_job_alarms
from wellmade.api.job_failures import JobFailures
from wellmade.api.job_gateway import JobGateway
from wellmade.foundation.alarms import Alarms
from wellmade.foundation.function_alarms import FunctionThresholds

OF_QUEUES = "oldest_message"


class TenantApiAlarms(JobApiAlarms):
    """Alarms of an API with tenants; `errors` and `throttles` are the worker's.

    Those of queues and tenants are in `queue_alarms` and `anomaly_alarms`; iterating gives all.
    """

    throttle_errors: cloudwatch.Alarm
    """Runs that failed of what throttles tenants by itself."""


class TenantApiThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    server_errors: float | None
    throttled_requests: float | None
    dead_letters: float | None
    oldest_message: float | Duration | None
    untold_failures: float | Duration | None
    throttle_errors: float | None


def define_tenant_alarms(
    scope: Construct,
    gateway: JobGateway,
    failures: JobFailures,
    thresholds: TenantApiThresholds | None,
    more: Mapping[str, cloudwatch.Alarm | None],
) -> TenantApiAlarms:
    """Define the alarms of an API with tenants, but those of its parts.

    That a tenant is refused what it does not pay for is no fault: nobody is told of it unless asked for.

    Args:
        scope: The pattern.
        gateway: Its front.
        failures: What tells callers that a job has failed.
        thresholds: What the user says, by name.
        more: Alarms of its parts, by name.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not.
    """
    given: dict[str, Any] = {"throttled_requests": None, **(thresholds or {})}
    given.pop(OF_QUEUES, None)
    return define_job_alarms(TenantApiAlarms, scope, gateway, failures, given, Alarms(scope.node.path, more))
