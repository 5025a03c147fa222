"""How a release replaces the one before, and how it is taken back."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs

BAKE_TIME = Duration.minutes(10)
"""How long the old tasks of blue and green are kept, so that an alarm can switch back at once."""


def configure_deployment(
    service: ecs.BaseService, alarms: Sequence[cloudwatch.Alarm], *, is_blue_green: bool
) -> None:
    """Start before stopping, and roll back when tasks do not come up or an alarm fires.

    The circuit breaker sees tasks that do not start; only alarms see those that start and answer wrongly.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """
    resource = cast(ecs.CfnService, service.node.find_child("Service"))
    # As a whole on the resource: the class has no option for alarms that are left out.
    resource.deployment_configuration = ecs.CfnService.DeploymentConfigurationProperty(
        minimum_healthy_percent=100,
        maximum_percent=200,
        strategy="BLUE_GREEN" if is_blue_green else "ROLLING",
        bake_time_in_minutes=BAKE_TIME.to_minutes() if is_blue_green else None,
        deployment_circuit_breaker=ecs.CfnService.DeploymentCircuitBreakerProperty(
            enable=True, rollback=True
        ),
        alarms=_watched(alarms),
    )


def _watched(alarms: Sequence[cloudwatch.Alarm]) -> ecs.CfnService.DeploymentAlarmsProperty | None:
    if not alarms:
        return None
    names = [alarm.alarm_name for alarm in alarms]
    return ecs.CfnService.DeploymentAlarmsProperty(alarm_names=names, enable=True, rollback=True)
